// Tables in text files: TSV and CSV, plain or compressed with gzip.
#pragma once

#include <linnet/core/shape.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

/// How a table is written. The defaults are TSV without a header.
struct TableFormat {
  char delimiter = '\t';
  /// Fields may stand in double quotes, in which delimiters and line ends are part of the field and
  /// "" is one quote (RFC 4180). false: a quote is a character like any other.
  bool quotes = false;
  bool header = false;                      ///< the first row names the columns
  Index max_row_bytes = Index{16} << 20;    ///< longer rows are errors
  Index max_total_bytes = Index{64} << 30;  ///< of the unpacked file

  static TableFormat tsv() { return {}; }
  static TableFormat csv() { return {.delimiter = ',', .quotes = true, .header = true}; }
};

/// Reads a table row by row, so that it may be larger than memory. A byte-order mark at the start
/// is skipped, lines may end in LF or CRLF, empty lines are skipped, every row must have as many
/// fields as the first, and every field must be UTF-8. gzip is told by the file's first bytes.
/// Errors name file and line: not_found or io; corrupt_file: gzip data that is damaged or cut off;
/// invalid_argument: what the rows say.
class LINNET_API TableReader {
 public:
  explicit TableReader(const std::string& path, TableFormat format = {});
  TableReader(TableReader&&) noexcept;
  TableReader& operator=(TableReader&&) noexcept;
  ~TableReader();

  /// The names of the columns; empty without a header.
  const std::vector<std::string>& header() const;
  /// The fields of the next row, or false at the end. The strings' memory is used again.
  bool next(std::vector<std::string>& fields);
  /// The line, from 1, on which the row that next() gave last began.
  Index line() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A table in memory, by column.
struct LINNET_API Table {
  std::vector<std::string> header;                ///< empty without a header
  std::vector<std::vector<std::string>> columns;  ///< all of the same length

  Index rows() const { return columns.empty() ? 0 : static_cast<Index>(columns[0].size()); }
  /// The column of that name. Error: not_found, naming those that there are.
  const std::vector<std::string>& column(std::string_view name) const;
};

/// The whole file. Errors as TableReader's; invalid_argument: no rows.
LINNET_API Table read_table(const std::string& path, TableFormat format = {});

/// Texts and their labels, row by row.
struct LabelledText {
  std::vector<std::string> labels;
  std::vector<std::string> texts;
};

/// Rows `label<TAB>text`, plain or gzip, or of another format. With a header the columns that it
/// names "label" and "text" are taken, wherever they stand; of two with other names the first is
/// the label. Errors as read_table's; invalid_argument: one of these names alone, or neither and
/// not two columns; an empty label.
LINNET_API LabelledText read_labelled_text(const std::string& path, const TableFormat& format = {});

}  // namespace linnet::inline v0
