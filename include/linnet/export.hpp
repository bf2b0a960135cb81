// LINNET_API: marks what the shared library exports. LINNET_CONSTEVAL: a constructor that runs when
// the program is compiled.
#pragma once

#if defined(_WIN32) && defined(LINNET_SHARED)
#ifdef LINNET_BUILDING
#define LINNET_API __declspec(dllexport)
#else
#define LINNET_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define LINNET_API __attribute__((visibility("default")))
#else
#define LINNET_API
#endif

// clang 14 crashes where it makes code of such a constant that holds a pointer: there names are
// looked up, and wrong ones found, when the program runs.
#if defined(__clang__) && __clang_major__ < 15
#define LINNET_CONSTEVAL constexpr
#else
#define LINNET_CONSTEVAL consteval
#endif
