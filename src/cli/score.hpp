// Score: how a model does on labelled texts.
#pragma once

#include <linnet/data/table.hpp>
#include <linnet/model/model.hpp>
#include <linnet/text/labels.hpp>
#include <string>

namespace linnet::cli {

struct Score {
  Index rows = 0;
  double accuracy = 0;
  double loss = 0;  ///< the mean of -log of what the right label got
};
/// Error: a label that the model does not know, naming its row.
Score score(const Model& model, const LabelledText& data);

/// Error: not_found: a label that is none of `labels`, naming the line of the file that the rows
/// were read from.
void require_known(const LabelIndex& labels, const LabelledText& rows, const std::string& path,
                   const TableFormat& format);

}  // namespace linnet::cli
