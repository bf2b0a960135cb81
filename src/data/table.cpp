#include <algorithm>
#include <linnet/data/table.hpp>
#include <linnet/text/utf8.hpp>

#include "data/byte_source.hpp"

namespace linnet::inline v0 {

using detail::ByteSource;
using detail::cat;
using detail::fail;

namespace {
constexpr unsigned char kLineFeed = '\n', kReturn = '\r', kQuote = '"';
}  // namespace

/// Reads fields by RFC 4180, with a delimiter and with or without quotes.
struct TableReader::State {
  State(const std::string& path, const TableFormat& table_format);

  bool read_row(std::vector<std::string>& fields);
  /// Reads one field into `field`; true if a delimiter follows (which is taken).
  bool read_field(std::string& field);
  void read_quoted(std::string& field);
  /// Takes a line end if one is next.
  bool take_line_end();
  std::size_t room(const std::string& field) const;
  void check(const std::vector<std::string>& fields) const;
  [[noreturn]] void fail_at_line(Index at, const std::string& message) const {
    fail(ErrorCode::invalid_argument, cat(bytes.path(), ": line ", at, ": ", message));
  }

  ByteSource bytes;
  TableFormat format;
  bool plain_stops[256] = {};   ///< end an unquoted run: delimiter, LF, CR
  bool quoted_stops[256] = {};  ///< end a quoted run: quote, LF
  Index current_line = 1;
  Index row_line = 0;
  std::size_t row_bytes = 0;  ///< of the fields before the current one
  std::size_t width = 0;      ///< fields in a row, once known
  std::vector<std::string> header;
};

TableReader::State::State(const std::string& path, const TableFormat& table_format)
    : bytes(path, table_format.max_total_bytes), format(table_format) {
  const auto delimiter = static_cast<unsigned char>(format.delimiter);
  if (delimiter == kLineFeed || delimiter == kReturn || delimiter >= 0x80 ||
      (format.quotes && delimiter == kQuote)) {
    fail(ErrorCode::invalid_argument,
         cat("TableFormat: byte ", unsigned{delimiter}, " cannot be the delimiter"));
  }
  if (format.max_row_bytes < 1 || format.max_total_bytes < 1) {
    fail(ErrorCode::invalid_argument, "TableFormat: limits must be positive");
  }
  for (const unsigned char stop : {delimiter, kLineFeed, kReturn}) plain_stops[stop] = true;
  for (const unsigned char stop : {kQuote, kLineFeed}) quoted_stops[stop] = true;
  if (format.header && !read_row(header)) {
    fail(ErrorCode::invalid_argument, cat(path, ": the file is empty, a header was expected"));
  }
}

std::size_t TableReader::State::room(const std::string& field) const {
  const std::size_t used = row_bytes + field.size();
  if (used >= static_cast<std::size_t>(format.max_row_bytes)) {
    fail_at_line(row_line, cat("a row of more than ", format.max_row_bytes, " bytes",
                               format.quotes ? "; is a closing quote missing?" : ""));
  }
  return static_cast<std::size_t>(format.max_row_bytes) - used;
}

bool TableReader::State::take_line_end() {
  if (bytes.peek() != '\n') return false;
  bytes.take();
  ++current_line;
  return true;
}

void TableReader::State::read_quoted(std::string& field) {
  const Index opened = current_line;
  for (;;) {
    bytes.take_until(quoted_stops, room(field), field);
    const int stop = bytes.take();
    if (stop == ByteSource::kEnd) fail_at_line(opened, "the closing quote is missing");
    if (stop == '"') {
      if (bytes.peek() != '"') return;
      bytes.take();
    }
    current_line += stop == '\n' ? 1 : 0;
    field.push_back(static_cast<char>(stop));
  }
}

bool TableReader::State::read_field(std::string& field) {
  field.clear();
  const bool quoted = format.quotes && bytes.peek() == '"';
  if (quoted) {
    bytes.take();
    read_quoted(field);
  }
  const std::size_t inside = field.size();
  for (;;) {
    bytes.take_until(plain_stops, room(field), field);
    const int stop = bytes.peek();
    if (stop == '\r') {  // part of a line end, or a byte of the field
      bytes.take();
      if (bytes.peek() == '\n' || bytes.peek() == ByteSource::kEnd) break;
      field.push_back('\r');
    } else if (stop == ByteSource::kEnd || plain_stops[stop]) {
      break;
    }
  }
  if (quoted && field.size() > inside) {
    fail_at_line(current_line,
                 "text after a closing quote; a quote inside a field is written twice");
  }
  row_bytes += field.size() + 1;
  if (bytes.peek() != static_cast<unsigned char>(format.delimiter)) return false;
  bytes.take();
  return true;
}

bool TableReader::State::read_row(std::vector<std::string>& fields) {
  for (;;) {
    if (bytes.peek() == ByteSource::kEnd) return false;
    row_line = current_line;
    row_bytes = 0;
    std::size_t count = 0;
    bool more = true;
    while (more) {
      if (count == fields.size()) fields.emplace_back();
      more = read_field(fields[count++]);
    }
    take_line_end();
    const bool blank = count == 1 && fields[0].empty();
    fields.resize(count);
    if (blank) continue;
    check(fields);
    if (width == 0) width = count;
    return true;
  }
}

void TableReader::State::check(const std::vector<std::string>& fields) const {
  if (width != 0 && fields.size() != width) {
    fail_at_line(row_line, cat("expected ", std::uint64_t{width}, " fields, got ",
                               std::uint64_t{fields.size()}));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t offset = invalid_utf8(fields[i]);
    if (offset == std::string_view::npos) continue;
    fail_at_line(row_line, cat("field ", std::uint64_t{i + 1}, ": expected UTF-8, got byte ",
                               unsigned{static_cast<unsigned char>(fields[i][offset])},
                               " at offset ", std::uint64_t{offset}));
  }
}

TableReader::TableReader(const std::string& path, TableFormat format)
    : state_(std::make_unique<State>(path, format)) {}

TableReader::TableReader(TableReader&&) noexcept = default;
TableReader& TableReader::operator=(TableReader&&) noexcept = default;
TableReader::~TableReader() = default;

const std::vector<std::string>& TableReader::header() const { return state_->header; }

bool TableReader::next(std::vector<std::string>& fields) { return state_->read_row(fields); }

Index TableReader::line() const { return state_->row_line; }

const std::vector<std::string>& Table::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found != header.end()) return columns[static_cast<std::size_t>(found - header.begin())];
  std::string known;
  for (const std::string& column : header) known += cat(known.empty() ? "'" : ", '", column, "'");
  fail(ErrorCode::not_found,
       cat("Table: no column '", name, "'; there are: ", known.empty() ? "no names" : known));
}

Table read_table(const std::string& path, TableFormat format) {
  TableReader reader(path, format);
  Table table;
  table.header = reader.header();
  std::vector<std::string> fields;
  while (reader.next(fields)) {
    table.columns.resize(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) table.columns[i].push_back(fields[i]);
  }
  if (table.rows() == 0) fail(ErrorCode::invalid_argument, cat(path, ": there are no rows"));
  return table;
}

namespace {

/// Where the label and the text stand in a row.
struct LabelledColumns {
  std::size_t label = 0, text = 1;

  /// Error: one of these names alone, or neither and not two columns.
  static LabelledColumns of(const std::string& path, const std::vector<std::string>& header) {
    const auto label = std::ranges::find(header, "label"), text = std::ranges::find(header, "text");
    if (label != header.end() && text != header.end()) {
      return {static_cast<std::size_t>(label - header.begin()),
              static_cast<std::size_t>(text - header.begin())};
    }
    const bool neither = label == header.end() && text == header.end();
    if (header.empty() || (header.size() == 2 && neither)) return {};
    std::string names;
    for (const std::string& name : header) names += cat(names.empty() ? "'" : ", '", name, "'");
    fail(ErrorCode::invalid_argument,
         cat(path, ": line 1: expected columns named 'label' and 'text', got ", names));
  }
};

}  // namespace

LabelledText read_labelled_text(const std::string& path, const TableFormat& format) {
  TableReader reader(path, format);
  const LabelledColumns at = LabelledColumns::of(path, reader.header());
  LabelledText rows;
  std::vector<std::string> fields;
  while (reader.next(fields)) {
    const auto fail_here = [&](const std::string& message) {
      fail(ErrorCode::invalid_argument, cat(path, ": line ", reader.line(), ": ", message));
    };
    if (reader.header().empty() && fields.size() != 2) {
      fail_here(cat("expected label<TAB>text, got ", std::uint64_t{fields.size()}, " fields"));
    }
    if (fields[at.label].empty()) fail_here("the label is empty");
    rows.labels.push_back(std::move(fields[at.label]));
    rows.texts.push_back(std::move(fields[at.text]));
  }
  if (rows.texts.empty()) fail(ErrorCode::invalid_argument, cat(path, ": there are no rows"));
  return rows;
}

}  // namespace linnet::inline v0
