#include "rows.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    picture_rows rows;
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t left;
    uint32_t width, height;
    /// The next row, and the pass of an interlaced picture that it belongs to.
    uint32_t row;
    int pass, is_interlaced, is_past_the_end;
} png_rows;

static void read_bytes(png_structp png, png_bytep target, png_size_t count) {
    png_rows *self = png_get_io_ptr(png);
    if (count > self->left) png_error(png, "the file ends early");
    memcpy(target, self->bytes, count);
    self->bytes += count;
    self->left -= count;
}

static void fail(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static uint32_t rows_of(const png_rows *self) {
    return self->is_interlaced ? PNG_PASS_ROWS(self->height, self->pass) : self->height;
}

static uint32_t columns_of(const png_rows *self) {
    return self->is_interlaced ? PNG_PASS_COLS(self->width, self->pass) : self->width;
}

static picture_status next(picture_rows *rows, uint8_t *rgba, picture_span *span) {
    png_rows *self = (png_rows *)rows;
    if (setjmp(png_jmpbuf(self->png))) return picture_damaged;
    while (self->row == rows_of(self) || columns_of(self) == 0) {
        if (!self->is_interlaced || self->pass == 6) {
            if (!self->is_past_the_end) png_read_end(self->png, NULL);
            self->is_past_the_end = 1;
            return picture_end;
        }
        self->pass++;
        self->row = 0;
    }
    png_read_row(self->png, rgba, NULL);
    span->count = columns_of(self);
    if (self->is_interlaced) {
        span->x = PNG_PASS_START_COL(self->pass);
        span->step = 1u << PNG_PASS_COL_SHIFT(self->pass);
        span->y = PNG_ROW_FROM_PASS_ROW(self->row, self->pass);
    } else {
        span->x = 0;
        span->step = 1;
        span->y = self->row;
    }
    self->row++;
    return picture_ok;
}

static void close_rows(picture_rows *rows) {
    png_rows *self = (png_rows *)rows;
    png_destroy_read_struct(&self->png, &self->info, NULL);
    free(self);
}

/// Neither colour profiles nor texts matter here, and both may be compressed bombs.
static void leave_out_what_is_not_drawn(png_structp png) {
    static const png_byte chunks[] = "iCCP\0zTXt\0iTXt\0tEXt\0sPLT\0eXIf\0hIST\0sCAL\0pCAL";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, chunks, sizeof chunks / 5);
}

picture_status png_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height) {
    png_rows *self = calloc(1, sizeof *self);
    if (!self) return picture_no_memory;
    self->rows = (picture_rows){next, close_rows};
    self->bytes = bytes;
    self->left = count;
    self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, ignore);
    self->info = self->png ? png_create_info_struct(self->png) : NULL;
    if (!self->info) {
        close_rows(&self->rows);
        return picture_no_memory;
    }
    if (setjmp(png_jmpbuf(self->png))) {
        close_rows(&self->rows);
        return picture_damaged;
    }
    png_set_read_fn(self->png, self, read_bytes);
    // The limits below are ours, so that a large picture is told from a damaged one.
    png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    leave_out_what_is_not_drawn(self->png);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    // A fuzzer would not get past the checksums.
    png_set_crc_action(self->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
    png_read_info(self->png, self->info);
    self->width = png_get_image_width(self->png, self->info);
    self->height = png_get_image_height(self->png, self->info);
    if (!fits(self->width, self->height, limits)) {
        close_rows(&self->rows);
        return picture_too_large;
    }
    self->is_interlaced =
        png_get_interlace_type(self->png, self->info) == PNG_INTERLACE_ADAM7;
    // Whatever it is becomes RGBA of eight bits; without interlace handling each pass comes as it is stored.
    png_set_expand(self->png);
    png_set_scale_16(self->png);
    png_set_gray_to_rgb(self->png);
    png_set_add_alpha(self->png, 0xFF, PNG_FILLER_AFTER);
    png_read_update_info(self->png, self->info);
    if (png_get_rowbytes(self->png, self->info) > (size_t)self->width * 4) {
        close_rows(&self->rows);
        return picture_damaged;
    }
    *width = self->width;
    *height = self->height;
    *rows = &self->rows;
    return picture_ok;
}
