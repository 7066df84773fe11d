#pragma once
#include <qrencode.h>
#include <stddef.h>

/// Writes a 1-bit grey PNG of `rows` (1 is light) with libpng's defaults, as `qrencode` does.
/// Returns the file's length, 0 on failure or when it is longer than `capacity`.
size_t reference_png(const unsigned char *rows, int edge, unsigned char *target, size_t capacity);
