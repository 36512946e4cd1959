// From a scan to the area of each level, all in memory; what is not known is a status.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softcord.h"

static void check(softcord_status status) {
  if (status == SOFTCORD_DONE) return;
  printf("status %d: %s\n", status, softcord_message());
  exit(1);
}

static void expect(int holds, const char *what) {
  if (holds) return;
  printf("not so: %s; %s\n", what, softcord_message());
  exit(1);
}

int main(void) {
  softcord_options *neck = softcord_options_new();
  check(softcord_options_set(neck, "seed", "5"));
  check(softcord_options_set(neck, "side", "90"));
  check(softcord_options_set(neck, "levels", "C1:T1"));
  softcord_image *scan, *truth, *discs, *levels;
  check(softcord_simulate_scan(neck, &scan, &truth));
  softcord_model *model;
  check(softcord_model_load(NULL, NULL, &model));

  softcord_options *options = softcord_options_new();
  check(softcord_options_set(options, "least", "1"));
  expect(softcord_label(model, scan, truth, options, &discs, NULL, NULL, NULL) == SOFTCORD_LEVELS_UNKNOWN, "less than certain");
  check(softcord_options_set(options, "label", "C99@0"));
  expect(softcord_label(model, scan, truth, options, &discs, NULL, NULL, NULL) == SOFTCORD_USAGE, "no such vertebra");
  expect(softcord_label(model, scan, NULL, NULL, &discs, NULL, NULL, NULL) == SOFTCORD_USAGE, "no mask");

  softcord_table *marks;
  double probability;
  check(softcord_label(model, scan, truth, NULL, &discs, &levels, &marks, &probability));
  expect(softcord_table_rows(marks) >= 4 && strcmp(softcord_table_name(marks, 7), "probability") == 0, "a row a disc");
  expect(probability >= 0.8 && probability <= 1, "the probability");

  softcord_options *by_level = softcord_options_new();
  check(softcord_options_set(by_level, "per", "level"));
  check(softcord_options_set(by_level, "vertebrae", "C3:C6"));
  const softcord_companion companions[] = {{"discs", discs}};
  softcord_table *table;
  check(softcord_measure(truth, by_level, companions, 1, &table));
  int64_t level = -1, area = -1, numbering = -1;
  for (int64_t column = 0; column < softcord_table_columns(table); column++) {
    const char *name = softcord_table_name(table, column);
    if (strcmp(name, "level") == 0) level = column;
    if (strcmp(name, "csa_mm2") == 0) area = column;
    if (strcmp(name, "numbering_probability") == 0) numbering = column;
  }
  expect(level >= 0 && area >= 0 && numbering >= 0, "the columns");
  for (int64_t row = 0; row < softcord_table_rows(table); row++)
    printf(
      "C%s %s %s %s %s\n", softcord_table_text(table, row, level), softcord_table_text(table, row, area),
      softcord_table_text(table, row, area + 1), softcord_table_text(table, row, area + 2), softcord_table_text(table, row, numbering));

  softcord_table_free(table);
  softcord_table_free(marks);
  softcord_image_free(levels);
  softcord_image_free(discs);
  softcord_image_free(truth);
  softcord_image_free(scan);
  softcord_model_free(model);
  softcord_options_free(by_level);
  softcord_options_free(options);
  softcord_options_free(neck);
  return 0;
}
