// What kind of file a model is in, and the config that it holds.
#pragma once

#include <linnet/model/options.hpp>
#include <string>
#include <string_view>

#include "io/file.hpp"
#include "io/hdf5/hdf5_file.hpp"
#include "io/zip/zip_file.hpp"

namespace linnet::inline v0::detail::keras {

enum class FileKind { own, zip, hdf5, json };

/// Error (out_of_range): the file has more bytes than the limit.
void check_size(const InputFile& file, const std::string& path, const LoadLimits& limits);

/// By its content. Error: io; out_of_range: it is too large.
FileKind kind_of(const std::string& path, const LoadLimits& limits);

/// A text of the file: no longer than a config may be, which is looked at before it is unpacked.
ZipData read_text(const ZipFile& file, std::string_view name, const LoadLimits& limits);

ZipLimits zip_limits(const LoadLimits& limits);
Hdf5Limits hdf5_limits(const LoadLimits& limits);

/// A text among the attributes of the group, or else of the file; empty: there is none.
std::string text_attribute(Hdf5File& file, const std::string& group, const std::string& name);
/// The Keras that wrote the group, as it or the file says; empty: neither does.
std::string keras_version(Hdf5File& file, const std::string& group);
/// True for Keras 1 and 2, and for files that say nothing.
bool is_before_keras3(std::string_view version);

/// The JSON in a file of Keras that describes a model, without a look at weights. Errors name the
/// file: corrupt_file, unsupported: it holds weights alone; out_of_range.
Config config_of(const ZipFile& file, const LoadLimits& limits);
Config config_of(Hdf5File& file, const LoadLimits& limits);
Config config_of(const std::string& json_path, const LoadLimits& limits);
/// A JSON text as it stands in the file.
Config json_in(const std::string& path, const LoadLimits& limits);

/// What an HDF5 file says of how its model was compiled; null: nothing.
Config training_config_of(Hdf5File& file, const LoadLimits& limits);

}  // namespace linnet::inline v0::detail::keras
