#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "softcord.h"

// Ends the program where something failed.
static void check(softcord_status status) {
  if (status == SOFTCORD_DONE) return;
  fprintf(stderr, "cord: %s\n", softcord_message());
  exit(status);
}

int main(void) {
  // A digital neck, so that nothing is needed; softcord_image_read reads a file, softcord_image_make takes an array.
  softcord_options *neck = softcord_options_new();
  check(softcord_options_set(neck, "side", "64"));
  check(softcord_options_set(neck, "levels", "C3:C4"));
  softcord_image *scan;
  check(softcord_simulate_scan(neck, &scan, NULL));

  softcord_model *model;
  check(softcord_model_load(NULL, NULL, &model));
  softcord_image *mask;
  check(softcord_segment(model, scan, NULL, NULL, NULL, &mask, NULL));

  softcord_table *table;
  check(softcord_measure(mask, NULL, NULL, 0, &table));
  int64_t rows = softcord_table_rows(table);
  double *areas = malloc(rows * sizeof *areas);
  // The columns are those of the tool: file, slice, level, csa_mm2 and its interval, ...
  check(softcord_table_numbers(table, 3, areas, rows));
  for (int64_t row = 0; row < rows; row++)
    if (!isnan(areas[row])) printf("slice %s: %.1f mm2\n", softcord_table_text(table, row, 1), areas[row]);

  free(areas);
  softcord_table_free(table);
  softcord_image_free(mask);
  softcord_model_free(model);
  softcord_image_free(scan);
  softcord_options_free(neck);
}
