#include "io/hdf5/dataset.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/in_quotes.hpp"
#include "io/hdf5/attribute.hpp"
#include "io/hdf5/chunks.hpp"
#include "io/hdf5/filters.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

using Sizes = std::array<std::uint64_t, Shape::kMaxRank>;

/// Copies a chunk to its place; what of it lies outside the data is dropped.
class ChunkCopy {
 public:
  ChunkCopy(const DatasetType& dataset, const Layout& layout, std::vector<std::byte>& data)
      : grid_(chunk_grid(dataset.shape, layout)),
        shape_(dataset.shape),
        layout_(layout),
        element_(dataset.type.size),
        data_(data) {}

  void copy(std::uint64_t number, Bytes chunk) {
    for (std::size_t axis = grid_.size(); axis-- > 0;) {
      const auto whole = static_cast<std::uint64_t>(shape_[static_cast<int>(axis)]);
      first_[axis] = number % grid_[axis] * layout_.chunk[axis];
      count_[axis] = std::min(layout_.chunk[axis], whole - first_[axis]);
      number /= grid_[axis];
    }
    copy_axis(0, chunk.data(), 0);
  }

 private:
  /// Copies axes from `axis` on; `at`: the position in the data, by the axes before.
  void copy_axis(std::size_t axis, const std::byte* from, std::uint64_t at) {
    const auto whole = static_cast<std::uint64_t>(shape_[static_cast<int>(axis)]);
    at = at * whole + first_[axis];
    if (axis + 1 == grid_.size()) {
      std::memcpy(data_.data() + at * element_, from, count_[axis] * element_);
      return;
    }
    std::uint64_t inner = element_;
    for (std::size_t i = axis + 1; i < grid_.size(); ++i) inner *= layout_.chunk[i];
    for (std::uint64_t i = 0; i < count_[axis]; ++i) copy_axis(axis + 1, from + i * inner, at + i);
  }

  std::vector<std::uint64_t> grid_;
  const Shape& shape_;
  const Layout& layout_;
  std::size_t element_;
  std::vector<std::byte>& data_;
  Sizes first_{};
  Sizes count_{};
};

std::uint64_t chunk_bytes_of(const Storage& storage, const Layout& layout) {
  std::uint64_t bytes = layout.element;
  for (const std::uint64_t size : layout.chunk) bytes = product(bytes, size, "a chunk");
  if (bytes > storage.limits().dataset_bytes) {
    corrupt(cat("a chunk takes ", bytes, " bytes, more than the limit of ",
                storage.limits().dataset_bytes));
  }
  return bytes;
}

/// Error: a chunk is too small for what it should hold, which is found before memory is taken.
void check_packed(const std::vector<Chunk>& chunks, const std::vector<Filter>& filters,
                  std::uint64_t chunk_bytes) {
  for (const Chunk& chunk : chunks) {
    if (chunk.packed.size() >= least_packed(filters, chunk.skipped, chunk_bytes)) continue;
    corrupt(cat("chunk ", chunk.number, ": its ", std::uint64_t{chunk.packed.size()},
                " bytes cannot hold ", chunk_bytes));
  }
}

std::vector<std::byte> read_chunks(Storage& storage, const Messages& messages,
                                   const DatasetType& dataset, const Layout& layout,
                                   std::uint64_t size) {
  if (layout.element != dataset.type.size) corrupt("layout: elements of another size");
  std::vector<Filter> filters;
  if (const Message* pipeline = find_message(messages, MessageType::filters)) {
    filters = read_filters(storage, pipeline->data);
  }
  const auto chunk_bytes = static_cast<std::size_t>(chunk_bytes_of(storage, layout));
  const auto chunks = find_chunks(storage, layout, dataset.shape, chunk_bytes, !filters.empty());
  check_packed(chunks, filters, chunk_bytes);
  std::vector<std::byte> data(static_cast<std::size_t>(size));
  ChunkCopy target(dataset, layout, data);
  for (const Chunk& chunk : chunks) {
    target.copy(chunk.number, unpack(chunk.packed, filters, chunk.skipped, chunk_bytes,
                                     dataset.type.size, storage.limits()));
  }
  return data;
}

Tensor tensor_of(Bytes data, const DatasetType& dataset) {
  return dataset.type.type == TypeClass::string ? fixed_strings(data, dataset.type, dataset.shape)
                                                : numbers(data, dataset.type, dataset.shape);
}

/// Keras says in an attribute what the bytes are; in its older formats it says nothing.
void check_bfloat16(Storage& storage, const Messages& messages) {
  const auto said = find_attribute(storage, messages, "dtype");
  if (!said) return;
  if (said->dtype() == DType::string && said->size() == 1) {
    const std::string& name = said->data<std::string>()[0];
    if (name == "bfloat16") return;
    unsupported(cat("opaque elements of the dtype ", in_quotes(name)));
  }
  unsupported("opaque elements of an unknown dtype");
}

}  // namespace

DatasetType read_dataset_type(Storage& storage, const Messages& messages) {
  const Message& space = need_message(messages, MessageType::dataspace, "shape of the dataset");
  const Message& type = need_message(messages, MessageType::datatype, "type of the dataset");
  DatasetType found{read_datatype(storage, type.data), read_dataspace(storage, space.data)};
  const bool number = found.type.type == TypeClass::number;
  if (number && found.type.number.kind == NumberKind::bfloat16) check_bfloat16(storage, messages);
  return found;
}

Tensor read_dataset(Storage& storage, const Messages& messages) {
  const DatasetType dataset = read_dataset_type(storage, messages);
  if (dataset.type.type == TypeClass::variable_string) {
    unsupported("a dataset of variable-length strings is not supported");
  }
  if (find_message(messages, MessageType::external_files) != nullptr) {
    unsupported("a dataset whose data are in other files (external storage) is not supported");
  }
  const std::uint64_t size = bytes_of(dataset.shape, dataset.type, storage.limits().dataset_bytes);
  const Message& message = need_message(messages, MessageType::layout, "layout of the dataset");
  const Layout layout = read_layout(storage, message.data);
  if (layout.chunked) {
    return tensor_of(read_chunks(storage, messages, dataset, layout, size), dataset);
  }
  if (size > 0 && !layout.written) unsupported("data that were never written");
  if (layout.data.size() != size) {
    corrupt(cat("the data of shape ", dataset.shape, ": expected ", size, " bytes, got ",
                std::uint64_t{layout.data.size()}));
  }
  return tensor_of(layout.data, dataset);
}

}  // namespace linnet::inline v0::detail::hdf5
