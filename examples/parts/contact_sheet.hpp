// Photographs and what a model takes them for, as one picture.
#pragma once

#include <fstream>
#include <iterator>
#include <linnet/linnet.hpp>
#include <map>
#include <string>
#include <vector>

#include "svg.hpp"

namespace example {

/// One photograph, what it shows and what the model takes it for.
struct Answer {
  std::string path, truth;
  linnet::Prediction guess;
  bool right() const { return guess.label == truth; }
};

/// A JPEG or PNG file as an address that holds its bytes, in base64.
inline std::string data_url(const std::string& path) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string text = bytes.starts_with("\x89PNG") ? "data:image/png" : "data:image/jpeg";
  text += ";base64,";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

inline constexpr int kColumns = 6, kTileWidth = 176, kTileHeight = 132, kCaption = 44;

inline std::string tile(const Answer& answer, int x, int y) {
  const char* color = answer.right() ? "#2a9d4a" : "#d1372c";
  std::string body = format(
                         "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                         "preserveAspectRatio=\"xMidYMid slice\" xlink:href=\"",
                         x, y, kTileWidth, kTileHeight) +
                     data_url(answer.path) + "\"/>\n";
  body += format(
      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"%s\" "
      "stroke-width=\"3\"/>\n",
      x, y, kTileWidth, kTileHeight, color);
  const int percent = static_cast<int>(100 * answer.guess.probability + 0.5f);
  body += text_at(x, y + kTileHeight + 17, "label",
                  answer.guess.label + " " + std::to_string(percent) + " %",
                  format("style=\"fill:%s;font-weight:bold\"", color).c_str());
  if (!answer.right()) {
    body += text_at(x, y + kTileHeight + 33, "small", "is " + answer.truth);
  }
  return body;
}

/// Some photographs that were told right and some that were not, of every class in turn.
inline std::string contact_sheet(const std::vector<Answer>& answers) {
  std::string body;
  int y = 16;
  for (const bool right : {true, false}) {
    std::map<std::string, std::vector<const Answer*>> by_class;
    std::size_t all = 0;
    for (const Answer& a : answers) {
      if (a.right() != right) continue;
      by_class[a.truth].push_back(&a);
      ++all;
    }
    std::vector<const Answer*> shown;
    for (std::size_t turn = 0; turn < all && shown.size() < 3 * kColumns; ++turn) {
      for (const auto& [name, list] : by_class) {
        if (turn < list.size() && shown.size() < 3 * kColumns) shown.push_back(list[turn]);
      }
    }
    body += text_at(16, y + 18, "title",
                    format("%s: %zu of %zu", right ? "Right" : "Wrong", all, answers.size()));
    y += 34;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto row = static_cast<int>(i) / kColumns, column = static_cast<int>(i) % kColumns;
      body += tile(*shown[i], 16 + column * (kTileWidth + 14), y + row * (kTileHeight + kCaption));
    }
    const int rows = (static_cast<int>(shown.size()) + kColumns - 1) / kColumns;
    y += rows * (kTileHeight + kCaption) + 12;
  }
  return svg(16 + kColumns * (kTileWidth + 14) + 2, y + 4, body);
}

}  // namespace example
