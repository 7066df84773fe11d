#ifndef CPICTUREROWS_H
#define CPICTUREROWS_H

#include <stddef.h>
#include <stdint.h>

// Rows of a PNG or JPEG file, asked for one by one. libpng and libjpeg report errors by longjmp, which may
// not cross Swift's frames: here every call sets its own landing place and returns a status.

typedef struct picture_rows picture_rows;

typedef enum {
    picture_ok,
    picture_end,
    picture_unknown_format,
    picture_damaged,
    picture_too_large,
    picture_no_memory
} picture_status;

typedef struct {
    /// The largest edge and area that a header may claim, in pixels.
    uint32_t edge_max;
    uint64_t pixels_max;
    /// Bytes that a progressive JPEG may keep of its coefficients.
    uint64_t memory_max;
    /// JPEG is decoded at 1/2, 1/4 or 1/8 while its longer edge stays at least this; 0 for never.
    uint32_t shrink_to;
} picture_limits;

/// Where the pixels of a row go: `count` of them from (x, y), `step` columns apart (1 unless interlaced).
typedef struct {
    uint32_t x, y, step, count;
} picture_span;

/// Checks the header. The bytes must stay in place until the rows are closed.
picture_status picture_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height);

/// Decodes the next row to RGBA, four bytes a pixel, alpha not multiplied in.
///
/// `rgba` has room for the picture's width. After the last row the rest of the file is checked, and the
/// answer is `picture_end`.
picture_status picture_rows_next(picture_rows *rows, uint8_t *rgba, picture_span *span);

void picture_rows_close(picture_rows *rows);

#endif
