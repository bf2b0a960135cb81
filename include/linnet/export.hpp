// LINNET_API: marks what the shared library exports.
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
