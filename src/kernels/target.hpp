// LINNET_CLONES: compiles a kernel function for several processors and picks one at load time.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define LINNET_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define LINNET_CLONES
#endif

// LINNET_INDEPENDENT: said before a loop whose rounds do not touch each other's elements, though
// its pointers may be equal (an op that works in place).
#if defined(__clang__)
#define LINNET_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define LINNET_INDEPENDENT _Pragma("GCC ivdep")
#else
#define LINNET_INDEPENDENT
#endif

// LINNET_LANES: said before a loop over the lanes of one vector. It keeps the compiler from
// unrolling the loop before it has become vector code, which a ?: then does not.
#if defined(__clang__)
#define LINNET_LANES _Pragma("clang loop vectorize(enable)")
#elif defined(__GNUC__)
#define LINNET_LANES _Pragma("GCC unroll 1")
#else
#define LINNET_LANES
#endif
