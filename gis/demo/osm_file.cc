#include "gis/demo/osm_file.h"

#include <cerrno>
#include <exception>
#include <osmium/builder/osm_object_builder.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>
#include <string>
#include <system_error>

namespace fenghuo::gis::demo {

namespace {

constexpr std::size_t kBlock = 1U << 20U;

/// Collects objects and hands them to the writer block by block.
class Pen {
 public:
  explicit Pen(osmium::io::Writer& writer) : writer_{writer} {}

  template <class Build>
  void put(Build build) {
    build(buffer_);
    buffer_.commit();
    if (buffer_.committed() > kBlock * 9 / 10) {
      flush();
    }
  }
  void flush() {
    osmium::memory::Buffer full{kBlock, osmium::memory::Buffer::auto_grow::yes};
    swap(full, buffer_);
    writer_(std::move(full));
  }

 private:
  osmium::io::Writer& writer_;
  osmium::memory::Buffer buffer_{kBlock, osmium::memory::Buffer::auto_grow::yes};
};

void describe(osmium::OSMObject& object, std::int64_t id) {
  object.set_id(id).set_version(1).set_visible(true);
}

void put_nodes(MapDraft const& draft, Pen& pen) {
  for (NodeIndex n = 0; n < draft.nodes(); ++n) {
    pen.put([&](osmium::memory::Buffer& buffer) {
      osmium::builder::NodeBuilder builder{buffer};
      describe(builder.object(), std::int64_t{n} + 1);
      GeoPoint const p = draft.point(n);
      builder.object().set_location(osmium::Location{p.lon_e7, p.lat_e7});
      osmium::builder::TagListBuilder tags{builder};
      draft.each_tag_of_node(n, [&](std::string_view k, std::string_view v) {
        tags.add_tag(k.data(), k.size(), v.data(), v.size());
      });
    });
  }
}

void put_ways(MapDraft const& draft, Pen& pen) {
  for (WayIndex w = 0; w < draft.ways(); ++w) {
    pen.put([&](osmium::memory::Buffer& buffer) {
      osmium::builder::WayBuilder builder{buffer};
      describe(builder.object(), std::int64_t{w} + 1);
      {
        osmium::builder::TagListBuilder tags{builder};
        draft.each_tag_of_way(w, [&](std::string_view k, std::string_view v) {
          tags.add_tag(k.data(), k.size(), v.data(), v.size());
        });
      }
      osmium::builder::WayNodeListBuilder nodes{builder};
      for (NodeIndex const n : draft.nodes_of(w)) {
        nodes.add_node_ref(std::int64_t{n} + 1);
      }
    });
  }
}

osmium::item_type type_of(char letter) {
  return letter == 'n' ? osmium::item_type::node
                       : (letter == 'w' ? osmium::item_type::way : osmium::item_type::relation);
}

void put_relations(MapDraft const& draft, Pen& pen) {
  for (std::int32_t r = 0; r < draft.relations(); ++r) {
    pen.put([&](osmium::memory::Buffer& buffer) {
      osmium::builder::RelationBuilder builder{buffer};
      describe(builder.object(), std::int64_t{r} + 1);
      {
        osmium::builder::TagListBuilder tags{builder};
        draft.each_tag_of_relation(r, [&](std::string_view k, std::string_view v) {
          tags.add_tag(k.data(), k.size(), v.data(), v.size());
        });
      }
      osmium::builder::RelationMemberListBuilder members{builder};
      for (Member const& m : draft.members_of(r)) {
        members.add_member(type_of(m.type), std::int64_t{m.index} + 1, m.role.data(),
                           m.role.size());
      }
    });
  }
}

void write(MapDraft const& draft, std::filesystem::path const& file) {
  osmium::io::File target{file.string(), "pbf"};
  target.set("add_metadata", "none");
  osmium::io::Header header;
  header.set("generator", "fenghuo demo county");
  header.set("sorting", "Type_then_ID");
  osmium::Box box;
  for (NodeIndex n = 0; n < draft.nodes(); ++n) {
    box.extend(osmium::Location{draft.point(n).lon_e7, draft.point(n).lat_e7});
  }
  header.add_box(box);
  osmium::io::Writer writer{target, header, osmium::io::overwrite::allow};
  Pen pen{writer};
  put_nodes(draft, pen);
  put_ways(draft, pen);
  put_relations(draft, pen);
  pen.flush();
  writer.close();
}

}  // namespace

Result<void> write_osm_file(MapDraft const& draft, std::filesystem::path const& file) {
  std::filesystem::path part = file;
  part += ".part";
  std::error_code failed;
  try {
    write(draft, part);
    std::filesystem::rename(part, file, failed);
  } catch (std::exception const& e) {
    std::filesystem::remove(part, failed);
    return Error{ErrorCode::Unavailable, "cannot write " + file.string() + ": " + e.what() +
                                             "; check that the folder exists and has room"};
  }
  if (failed) {
    return Error{ErrorCode::Unavailable, "cannot write " + file.string() + ": " + failed.message() +
                                             "; check that the folder exists and may be written"};
  }
  return {};
}

}  // namespace fenghuo::gis::demo
