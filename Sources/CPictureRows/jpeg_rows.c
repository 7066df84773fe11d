#include "rows.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

typedef struct {
    picture_rows rows;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf landing;
} jpeg_rows;

/// A progressive file may have any number of scans, each over the whole picture; cameras and editors
/// write about ten.
enum { scans_max = 64 };

static void fail(j_common_ptr jpeg) { longjmp(((jpeg_rows *)jpeg->client_data)->landing, 1); }

/// libjpeg calls missing data a warning and paints it grey. Rubbish between markers does no harm.
static void judge(j_common_ptr jpeg, int level) {
    int code = jpeg->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR)
        fail(jpeg);
}

static void ignore(j_common_ptr jpeg) { (void)jpeg; }

static void watch(j_common_ptr jpeg) {
    if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > scans_max) fail(jpeg);
}

/// Adobe writes ink the wrong way round: 255 is none.
static void inks_to_rgba(uint8_t *pixels, uint32_t count, int is_inverted) {
    for (uint32_t index = 0; index < count; index++, pixels += 4) {
        unsigned flip = is_inverted ? 0 : 255, black = pixels[3] ^ flip;
        for (int ink = 0; ink < 3; ink++) pixels[ink] = (uint8_t)((pixels[ink] ^ flip) * black / 255);
        pixels[3] = 255;
    }
}

static picture_status next(picture_rows *rows, uint8_t *rgba, picture_span *span) {
    jpeg_rows *self = (jpeg_rows *)rows;
    j_decompress_ptr jpeg = &self->jpeg;
    if (setjmp(self->landing)) return picture_damaged;
    if (jpeg->output_scanline == jpeg->output_height) {
        jpeg_finish_decompress(jpeg);
        return picture_end;
    }
    *span = (picture_span){0, jpeg->output_scanline, 1, jpeg->output_width};
    JSAMPROW row = rgba;
    if (jpeg_read_scanlines(jpeg, &row, 1) != 1) return picture_damaged;
    if (jpeg->out_color_space == JCS_CMYK)
        inks_to_rgba(rgba, jpeg->output_width, jpeg->saw_Adobe_marker);
    return picture_ok;
}

static void close_rows(picture_rows *rows) {
    jpeg_rows *self = (jpeg_rows *)rows;
    jpeg_destroy_decompress(&self->jpeg);
    free(self);
}

/// The strongest reduction that keeps the longer edge at least `shrink_to`.
static unsigned denominator(const struct jpeg_decompress_struct *jpeg, uint32_t shrink_to) {
    unsigned longer = jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height;
    unsigned denominator = 1;
    while (shrink_to > 0 && denominator < 8 && longer / (denominator * 2) >= shrink_to) denominator *= 2;
    return denominator;
}

picture_status jpeg_rows_open(
    const uint8_t *bytes, size_t count, picture_limits limits, picture_rows **rows, uint32_t *width,
    uint32_t *height) {
    jpeg_rows *self = calloc(1, sizeof *self);
    if (!self) return picture_no_memory;
    self->rows = (picture_rows){next, close_rows};
    j_decompress_ptr jpeg = &self->jpeg;
    jpeg->err = jpeg_std_error(&self->errors);
    self->errors.error_exit = fail;
    self->errors.emit_message = judge;
    self->errors.output_message = ignore;
    self->progress.progress_monitor = watch;
    jpeg->client_data = self;
    if (setjmp(self->landing)) {
        int code = self->errors.msg_code;
        int is_size = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE
            || code == JERR_IMAGE_TOO_BIG;
        close_rows(&self->rows);
        return is_size ? picture_too_large : picture_damaged;
    }
    jpeg_create_decompress(jpeg);
    jpeg->client_data = self;
    jpeg->progress = &self->progress;
    jpeg->mem->max_memory_to_use = (long)limits.memory_max;
    jpeg_mem_src(jpeg, bytes, count);
    jpeg_read_header(jpeg, TRUE);
    if (!fits(jpeg->image_width, jpeg->image_height, limits)) {
        close_rows(&self->rows);
        return picture_too_large;
    }
    int is_ink = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = is_ink ? JCS_CMYK : JCS_EXT_RGBA;
    jpeg->scale_num = 1;
    jpeg->scale_denom = denominator(jpeg, limits.shrink_to);
    jpeg_start_decompress(jpeg);
    *width = jpeg->output_width;
    *height = jpeg->output_height;
    *rows = &self->rows;
    return picture_ok;
}
