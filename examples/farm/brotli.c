/* Shows that the brotli which the farm built works: squeeze a text, and get the same text back. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "brotli/decode.h"
#include "brotli/encode.h"

#define LINES 20000
static char text[LINES * 48], back[sizeof text];
static uint8_t squeezed[sizeof text];

int main(void) {
  size_t length = 0, squeezed_length = sizeof squeezed, back_length = sizeof back;
  unsigned version = (unsigned)BrotliEncoderVersion(); /* 8, 12 and 12 bits */
  int i;
  for (i = 0; i < LINES; i++)
    length += (size_t)sprintf(text + length, "%d objects came from host %d\n", i, i * 7919 % 97);
  if (!BrotliEncoderCompress(9, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, length, (uint8_t *)text,
                             &squeezed_length, squeezed))
    return 1;
  if (BrotliDecoderDecompress(squeezed_length, squeezed, &back_length, (uint8_t *)back) !=
      BROTLI_DECODER_RESULT_SUCCESS)
    return 1;
  if (back_length != length || memcmp(text, back, length) != 0) return 1;
  printf("brotli %u.%u.%u: %zu bytes of text squeezed into %zu and read back the same\n",
         version >> 24, version >> 12 & 0xfff, version & 0xfff, length, squeezed_length);
  return 0;
}
