// Categories as numbers: bins, positions in a vocabulary, hash buckets, rows of 0 and 1.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>

namespace linnet::inline v0::ops {

/// y = the number of boundaries that are x or less, int32; of NaN all. The boundaries rise.
struct Discretize {
  static constexpr const char* kName = "discretize";
  std::vector<float> boundaries = {};
  static void fields(auto& self, FieldVisitor& field) { field("boundaries", self.boundaries); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Which of n buckets an integer falls into: the hash of its decimal digits modulo n. Without salt
/// (empty, or the two halves of a key) the hash is FarmHash's Fingerprint64, else SipHash-2-4: as
/// TensorFlow's to_hash_bucket_fast and to_hash_bucket_strong have it.
struct HashBucket {
  static constexpr const char* kName = "hash_bucket";
  Index buckets = 1;
  std::vector<Index> salt = {};
  std::optional<Index> mask = {};  ///< this x becomes 0, all others fall into buckets from 1 on
  static void fields(auto& self, FieldVisitor& field) {
    field("buckets", self.buckets);
    field("salt", self.salt);
    field("mask", self.mask);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs of int64 and one shape. y int64: which bucket all of them together fall into, as
/// TensorFlow's sparse.cross_hashed has it.
struct CrossHash {
  static constexpr const char* kName = "cross_hash";
  Index buckets = 1;
  static void fields(auto& self, FieldVisitor& field) { field("buckets", self.buckets); }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: x (any shape), keys (n) rising, values (n); all int64. y int64: values[i] where x is
/// keys[i]. What is no key becomes oov_start plus a bucket of oov_count: x modulo oov_count, or,
/// with `hashed`, HashBucket's. Error at run, of an oov_count of 0: an x that is no key.
struct Lookup {
  static constexpr const char* kName = "lookup";
  Index oov_start = 0, oov_count = 1;
  bool hashed = false;
  std::vector<Index> salt = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("oov_start", self.oov_start);
    field("oov_count", self.oov_count);
    field("hashed", self.hashed);
    field("salt", self.salt);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

/// Inputs: ids int32 (..., n), and, if `weighted`, weights float32 of that shape. y float32
/// (..., depth): of each row of ids how often (the sum of its weights), or with `binary` whether,
/// each number below depth occurs. Other ids do not count.
struct CountIds {
  static constexpr const char* kName = "count_ids";
  Index depth = 1;
  bool binary = false;
  bool weighted = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("depth", self.depth);
    field("binary", self.binary);
    field("weighted", self.weighted);
  }
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
  LINNET_API std::vector<Gradient> grad(const GradCall& call) const;
};

/// Inputs: ids int32 (..., n), dy float32 (..., depth). The gradient by the weights of CountIds,
/// (..., n): dy at each id, 0 for those that do not count.
struct CountIdsGrad {
  static constexpr const char* kName = "count_ids_grad";
  static void fields(auto&, FieldVisitor&) {}
  LINNET_API Types infer(std::span<const TensorType> inputs) const;
};

}  // namespace linnet::inline v0::ops
