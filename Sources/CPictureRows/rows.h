#ifndef ROWS_H
#define ROWS_H

#include "CPictureRows.h"

// What a format does with its part of the rows.

struct picture_rows {
    picture_status (*next)(picture_rows *rows, uint8_t *rgba, picture_span *span);
    void (*close)(picture_rows *rows);
};

picture_status png_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height);
picture_status jpeg_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height);

/// Whether a header's claim is within the limits.
static inline int fits(uint32_t width, uint32_t height, picture_limits limits) {
    return width <= limits.edge_max && height <= limits.edge_max
        && (uint64_t)width * height <= limits.pixels_max;
}

#endif
