// What the processor that runs the program can do.
#pragma once

namespace linnet::inline v0 {

/// Whether it has vectors of 16 floats.
inline bool has_avx512() {
#if defined(__x86_64__)
  static const bool has = (__builtin_cpu_init(), __builtin_cpu_supports("avx512f") != 0);
  return has;
#else
  return false;
#endif
}

/// Whether it has vectors of 8 floats and adds products to them.
inline bool has_avx2() {
#if defined(__x86_64__)
  static const bool has = (__builtin_cpu_init(), __builtin_cpu_supports("avx2") != 0 &&
                                                     __builtin_cpu_supports("fma") != 0);
  return has;
#else
  return false;
#endif
}

}  // namespace linnet::inline v0
