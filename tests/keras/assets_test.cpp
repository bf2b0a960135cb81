#include "keras/assets.hpp"

#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;

TEST_CASE("The weights of many lookups are unpacked once", "[keras]") {
  std::string text = test::file_text(LINNET_TEST_DATA "/golden/keras_layers/words.keras");
  const detail::ZipFile file(std::as_bytes(std::span(text)), {}, "words");
  const detail::keras::Assets assets(file, {});
  const auto lookup = [&] {
    Config config = Config::object();
    config["output_mode"] = Config("tf_idf");
    assets.add_to(config, "StringLookup", "/layers/string_lookup_2");
    return config;
  };
  const Config first = lookup();
  REQUIRE_FALSE(first.at("idf_weights").items().empty());
  for (const auto& member : file.members()) {  // whoever unpacks it again, finds it damaged
    if (member.name != "model.weights.h5") continue;
    const auto at = reinterpret_cast<const char*>(member.packed.data()) - text.data();
    text[static_cast<std::size_t>(at) + member.packed.size() / 2] ^= 0x55;
  }
  CHECK(lookup() == first);
}
