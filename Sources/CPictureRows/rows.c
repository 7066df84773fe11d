#include "rows.h"
#include <string.h>

picture_status picture_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height) {
    static const uint8_t png[] = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF};
    *rows = NULL;
    if (count >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
        return png_rows_open(bytes, count, limits, rows, width, height);
    if (count >= sizeof jpeg && memcmp(bytes, jpeg, sizeof jpeg) == 0)
        return jpeg_rows_open(bytes, count, limits, rows, width, height);
    return picture_unknown_format;
}

picture_status picture_rows_next(picture_rows *rows, uint8_t *rgba, picture_span *span) {
    return rows->next(rows, rgba, span);
}

void picture_rows_close(picture_rows *rows) {
    if (rows) rows->close(rows);
}
