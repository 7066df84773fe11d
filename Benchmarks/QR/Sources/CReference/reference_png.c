#include "CReference.h"
#include <png.h>
#include <string.h>

typedef struct {
    unsigned char *bytes;
    size_t count, capacity;
} Target;

static void append(png_structp png, png_bytep bytes, png_size_t count) {
    Target *target = png_get_io_ptr(png);
    if (target->count + count > target->capacity) png_error(png, "full");
    memcpy(target->bytes + target->count, bytes, count);
    target->count += count;
}

static void flush(png_structp png) { (void)png; }

size_t reference_png(const unsigned char *rows, int edge, unsigned char *bytes, size_t capacity) {
    Target target = {bytes, 0, capacity};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return 0;
    }
    png_set_write_fn(png, &target, append, flush);
    png_set_IHDR(png, info, edge, edge, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    int stride = (edge + 7) / 8;
    for (int row = 0; row < edge; row++) png_write_row(png, rows + (size_t)row * stride);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return target.count;
}
