// The version of linnet, written here only: CMake reads these three numbers.
#pragma once

#define LINNET_VERSION_MAJOR 0
#define LINNET_VERSION_MINOR 1
#define LINNET_VERSION_PATCH 0

/// One number that grows with every release: 0.1.0 is 100, 1.2.3 is 10203.
#define LINNET_VERSION \
  (LINNET_VERSION_MAJOR * 10000 + LINNET_VERSION_MINOR * 100 + LINNET_VERSION_PATCH)
