// What pictures in SVG are made of.
#pragma once

#include <cstdio>
#include <string>

namespace example {

inline constexpr const char* kStyle =
    "<style>text{font-family:'DejaVu Sans',Helvetica,Arial,sans-serif;fill:#222}"
    ".title{font-size:20px;font-weight:bold}.label{font-size:13px}.small{font-size:12px;"
    "fill:#666}</style>\n";

template <class... Parts>
std::string format(const char* pattern, Parts... parts) {
  char text[512];
  std::snprintf(text, sizeof text, pattern, parts...);
  return text;
}

inline std::string svg(int width, int height, const std::string& body) {
  return format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" "
             "xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
             "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
             width, height, width, height) +
         kStyle + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + body + "</svg>\n";
}

/// `text` as XML has it.
inline std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

inline std::string text_at(double x, double y, const char* style, const std::string& text,
                           const char* more = "") {
  return format("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" %s>", x, y, style, more) + escaped(text) +
         "</text>\n";
}

}  // namespace example
