#include "gis/region/region_format.h"

#include <bit>
#include <cstring>

#include "gis/region/region_check.h"
#include "gis/region/sha256.h"

namespace fenghuo::gis {

namespace {

static_assert(std::endian::native == std::endian::little,
              "region files are little-endian and mapped as they are");

constexpr std::size_t kHashAt = offsetof(FileHeader, sha256);

constexpr std::uint64_t padded(std::uint64_t size) { return (size + 7) / 8 * 8; }

Error damaged(std::string const& what) {
  return Error{ErrorCode::DataLoss, "the region file is damaged (" + what +
                                        "); build it again with `fenghuo region build`"};
}

struct Layout {
  FileHeader header;
  std::vector<SectionEntry> table;
};

Layout layout_of(RegionView const& view) {
  Layout out;
  each_section(view, [&](std::uint32_t id, auto const& span) {
    using Element = typename std::remove_reference_t<decltype(span)>::element_type;
    out.table.push_back({id, sizeof(Element), 0, span.size()});
  });
  std::uint64_t at = sizeof(FileHeader) + out.table.size() * sizeof(SectionEntry);
  for (auto& entry : out.table) {
    entry.offset = at;
    at += padded(entry.count * entry.element_size);
  }
  out.header.magic = kRegionMagic;
  out.header.version = kRegionFormatVersion;
  out.header.section_count = static_cast<std::uint32_t>(out.table.size());
  out.header.file_size = at;
  return out;
}

/// Everything behind the header, in the order of the file.
Result<void> write_body(RegionView const& view, Layout const& layout, ByteSink const& sink) {
  std::array<std::byte, 8> const zeros{};
  Result<void> done = sink(std::as_bytes(std::span{layout.table}));
  each_section(view, [&](std::uint32_t /*id*/, auto const& span) {
    if (done) {
      done = sink(std::as_bytes(span));
    }
    std::size_t const gap = padded(span.size_bytes()) - span.size_bytes();
    if (done && gap > 0) {
      done = sink(std::span{zeros}.first(gap));
    }
  });
  return done;
}

template <class Element>
bool place_section(std::span<std::byte const> file, SectionEntry const& entry,
                   std::span<Element const>& out) {
  if (entry.element_size != sizeof(Element) || entry.offset % 8 != 0 ||
      entry.offset > file.size() || entry.count > (file.size() - entry.offset) / sizeof(Element)) {
    return false;
  }
  auto const* const first = reinterpret_cast<Element const*>(file.data() + entry.offset);
  out = std::span<Element const>{first, static_cast<std::size_t>(entry.count)};
  return true;
}

}  // namespace

Result<void> write_region(RegionView const& view, ByteSink const& sink) {
  Layout layout = layout_of(view);
  Sha256 hash;
  hash.add(std::as_bytes(std::span{&layout.header, 1}).first(kHashAt));
  auto const hashed = write_body(view, layout, [&](std::span<std::byte const> bytes) {
    hash.add(bytes);
    return Result<void>{};
  });
  ensure(hashed.has_value(), "hashing cannot fail");
  layout.header.sha256 = hash.finish();
  if (auto done = sink(std::as_bytes(std::span{&layout.header, 1})); !done) {
    return done;
  }
  return write_body(view, layout, sink);
}

Result<void> check_envelope(std::span<std::byte const> file) {
  FileHeader header;
  if (file.size() < sizeof(header)) {
    return damaged("shorter than its header");
  }
  std::memcpy(&header, file.data(), sizeof(header));
  if (header.magic != kRegionMagic) {
    return damaged("it does not start like a region file");
  }
  if (header.version != kRegionFormatVersion) {
    return Error{ErrorCode::InvalidArgument,
                 "the region file has format " + std::to_string(header.version) +
                     ", this program reads format " + std::to_string(kRegionFormatVersion) +
                     "; build it again with `fenghuo region build`"};
  }
  if (header.file_size != file.size()) {
    return damaged("it should be " + std::to_string(header.file_size) + " bytes long and is " +
                   std::to_string(file.size()));
  }
  Sha256 hash;
  hash.add(file.first(kHashAt));
  hash.add(file.subspan(sizeof(FileHeader)));
  if (hash.finish() != header.sha256) {
    return damaged("its checksum is wrong");
  }
  return {};
}

Result<RegionView> view_of(std::span<std::byte const> file) {
  FileHeader header;
  if (file.size() < sizeof(header) || reinterpret_cast<std::uintptr_t>(file.data()) % 8 != 0) {
    return damaged("shorter than its header");
  }
  std::memcpy(&header, file.data(), sizeof(header));
  if (header.section_count == 0) {
    return damaged("it has no sections");  // and there is nothing that could be copied below
  }
  if (header.section_count > (file.size() - sizeof(header)) / sizeof(SectionEntry)) {
    return damaged("its table of sections is longer than the file");
  }
  std::vector<SectionEntry> table(header.section_count);
  std::memcpy(table.data(), file.data() + sizeof(header), table.size() * sizeof(SectionEntry));
  RegionView view;
  std::string wrong;
  std::size_t next = 0;
  each_section(view, [&](std::uint32_t id, auto& span) {
    bool const good =
        next < table.size() && table[next].id == id && place_section(file, table[next], span);
    if (!good && wrong.empty()) {
      wrong = "section " + std::to_string(id) + " is missing or lies outside the file";
    }
    ++next;
  });
  if (wrong.empty() && next != table.size()) {
    wrong = "it has sections that nobody knows";
  }
  view.hierarchy.edge_from = view.graph.edge_from;
  view.hierarchy.edge_to = view.graph.edge_to;
  if (wrong.empty()) {
    wrong = contradiction_in(view);
  }
  if (!wrong.empty()) {
    return damaged(wrong);
  }
  return view;
}

std::string_view text_at(RegionView const& view, std::uint32_t index) {
  ensure(std::size_t{index} + 1 < view.text_first.size(), "text index in range");
  std::uint32_t const first = view.text_first[index];
  return {view.text_bytes.data() + first, view.text_first[index + 1] - first};
}

}  // namespace fenghuo::gis
