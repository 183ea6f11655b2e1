#include "messaging/storage/deflate.h"

#include <zlib.h>

namespace fenghuo::messaging {

namespace {

Bytef const* bytes_of(std::string_view text) { return reinterpret_cast<Bytef const*>(text.data()); }
Bytef* bytes_of(std::string& text) { return reinterpret_cast<Bytef*>(text.data()); }

}  // namespace

Result<std::string> deflated(std::string_view bytes) {
  constexpr int kQuickly = 1;
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  if (::compress2(bytes_of(out), &size, bytes_of(bytes), static_cast<uLong>(bytes.size()),
                  kQuickly) != Z_OK) {
    return Error{ErrorCode::Unavailable, "no memory to pack " + std::to_string(bytes.size()) +
                                             " bytes; give the machine more"};
  }
  out.resize(size);
  return out;
}

Result<std::string> inflated(std::string_view packed, std::size_t size) {
  // A byte packs at most 1,032: a size beyond that was never written by us, and no memory is asked for it.
  constexpr std::size_t kMostPerByte = 1'032;
  Error const damaged{ErrorCode::DataLoss, "packed bytes are damaged; use another copy"};
  if (size / kMostPerByte > packed.size()) {
    return damaged;
  }
  std::string out(size + 1, '\0');  // one more, so that a longer text does not pass for this one
  auto got = static_cast<uLongf>(out.size());
  if (::uncompress(bytes_of(out), &got, bytes_of(packed), static_cast<uLong>(packed.size())) !=
          Z_OK ||
      got != size) {
    return damaged;
  }
  out.resize(size);
  return out;
}

}  // namespace fenghuo::messaging
