// What a careless caller gives must come back as a status and a message, and what comes next must work; several threads at once.
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softcord.h"

static int failures;

#define EXPECT(condition) \
  do { \
    if (!(condition)) { \
      printf("line %d: %s; message: %s\n", __LINE__, #condition, softcord_message()); \
      failures++; \
    } \
  } while (0)

enum { SIDE = 24, SLICES = 10, COUNT = SIDE * SIDE * SLICES };
static const int64_t shape[3] = {SIDE, SIDE, SLICES};
static const double affine[16] = {1, 0, 0, -12, 0, 1, 0, -12, 0, 0, 2, -9, 0, 0, 0, 1};

// A cord of radius 6.
static double share(int x, int y) { return (x - 12) * (x - 12) + (y - 12) * (y - 12) < 36; }

static double area_of(const softcord_image *mask) {
  softcord_table *table = NULL;
  if (softcord_measure(mask, NULL, NULL, 0, &table) != SOFTCORD_DONE) return -1;
  double areas[SLICES];
  int isWhole = softcord_table_rows(table) == SLICES && softcord_table_numbers(table, 3, areas, SLICES) == SOFTCORD_DONE;
  isWhole = isWhole && strcmp(softcord_table_name(table, 3), "csa_mm2") == 0 && strcmp(softcord_table_unit(table, 3), "mm2") == 0;
  softcord_table_free(table);
  return isWhole ? areas[SLICES / 2] : -2;
}

static void *measure_often(void *mask) {
  for (int turn = 0; turn < 4; turn++)
    if (fabs(area_of(mask) - 109) > 1e-6) return "another area";
  // A message belongs to its thread.
  softcord_image *none = NULL;
  if (softcord_image_read("/nowhere.nii", SOFTCORD_MASK, -1, &none) != SOFTCORD_NO_INPUT) return "another status";
  return strstr(softcord_message(), "/nowhere.nii") ? NULL : "another message";
}

int main(void) {
  EXPECT(softcord_interface() == SOFTCORD_INTERFACE);
  EXPECT(strlen(softcord_version()) >= 5 && strlen(softcord_message()) == 0);
  static float voxels[COUNT];
  static uint8_t reversed[COUNT * 3];  // z, y, x, each with two bytes between
  static int64_t wide[COUNT];
  for (int z = 0, i = 0; z < SLICES; z++)
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++, i++) {
        wide[i] = voxels[i] = share(x, y);
        reversed[3 * ((x * SIDE + (SIDE - 1 - y)) * SLICES + z)] = share(x, y);
      }
  softcord_image *mask = NULL, *same = NULL, *third = NULL, *bad = NULL;
  EXPECT(softcord_image_make("cord", voxels, SOFTCORD_FLOAT32, shape, NULL, affine, &mask) == SOFTCORD_DONE);
  // Strides of any order and sign.
  const int64_t strides[3] = {3 * SIDE * SLICES, -3 * SLICES, 3};
  EXPECT(softcord_image_make(NULL, reversed + 3 * (SIDE - 1) * SLICES, SOFTCORD_UINT8, shape, strides, affine, &same) == SOFTCORD_DONE);
  EXPECT(softcord_image_make(NULL, wide, SOFTCORD_INT64, shape, NULL, affine, &third) == SOFTCORD_DONE);
  static float first[COUNT], second[COUNT];
  EXPECT(softcord_image_copy(mask, first, COUNT) == SOFTCORD_DONE && softcord_image_copy(same, second, COUNT) == SOFTCORD_DONE);
  EXPECT(memcmp(first, voxels, sizeof first) == 0 && memcmp(first, second, sizeof first) == 0);
  EXPECT(softcord_image_copy(third, second, COUNT) == SOFTCORD_DONE && memcmp(first, second, sizeof first) == 0);
  EXPECT(softcord_image_copy(mask, first, COUNT - 1) == SOFTCORD_USAGE);
  double back[16];
  softcord_image_affine(mask, back);
  EXPECT(memcmp(back, affine, sizeof back) == 0);
  EXPECT(fabs(area_of(mask) - 109) < 1e-6);

  const int64_t none[3] = {SIDE, 0, SLICES};
  EXPECT(softcord_image_make(NULL, voxels, SOFTCORD_FLOAT32, none, NULL, affine, &bad) == SOFTCORD_DATA && strstr(softcord_message(), "shape"));
  EXPECT(softcord_image_make(NULL, voxels, 77, shape, NULL, affine, &bad) == SOFTCORD_USAGE);
  EXPECT(softcord_image_make(NULL, NULL, SOFTCORD_FLOAT32, shape, NULL, affine, &bad) == SOFTCORD_USAGE);
  const double flat[16] = {1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1}, nowhere[16] = {NAN};
  EXPECT(softcord_image_make(NULL, voxels, SOFTCORD_FLOAT32, shape, NULL, flat, &bad) == SOFTCORD_DATA && strstr(softcord_message(), "affine"));
  EXPECT(softcord_image_make(NULL, voxels, SOFTCORD_FLOAT32, shape, NULL, nowhere, &bad) == SOFTCORD_DATA);
  voxels[7] = NAN;
  EXPECT(softcord_image_make(NULL, voxels, SOFTCORD_FLOAT32, shape, NULL, affine, &bad) == SOFTCORD_DATA);
  EXPECT(strstr(softcord_message(), "1 voxels are NaN"));
  voxels[7] = 3;
  EXPECT(softcord_image_make("three", voxels, SOFTCORD_FLOAT32, shape, NULL, affine, &bad) == SOFTCORD_DONE);
  softcord_table *table = NULL;
  EXPECT(softcord_measure(bad, NULL, NULL, 0, &table) == SOFTCORD_DATA && strstr(softcord_message(), "three"));
  EXPECT(!table);

  softcord_options *options = softcord_options_new();
  EXPECT(softcord_options_set(options, "per", "level") == SOFTCORD_DONE);
  EXPECT(softcord_measure(mask, options, NULL, 0, &table) == SOFTCORD_USAGE && strstr(softcord_message(), "discs or levels"));
  EXPECT(softcord_options_set(options, "per", "inch") == SOFTCORD_DONE);
  EXPECT(softcord_measure(mask, options, NULL, 0, &table) == SOFTCORD_USAGE && strstr(softcord_message(), "slice, level, range"));
  EXPECT(softcord_options_set(options, "per", NULL) == SOFTCORD_DONE && softcord_options_set(options, "colour", "red") == SOFTCORD_DONE);
  EXPECT(softcord_measure(mask, options, NULL, 0, &table) == SOFTCORD_USAGE && strstr(softcord_message(), "colour"));
  softcord_options_free(options);

  pthread_t threads[8];
  for (int i = 0; i < 8; i++) EXPECT(pthread_create(&threads[i], NULL, measure_often, mask) == 0);
  for (int i = 0; i < 8; i++) {
    void *complaint;
    pthread_join(threads[i], &complaint);
    EXPECT(complaint == NULL);
  }
  EXPECT(fabs(area_of(mask) - 109) < 1e-6);
  softcord_image_free(bad);
  softcord_image_free(third);
  softcord_image_free(same);
  softcord_image_free(mask);
  softcord_image_free(NULL);
  return failures != 0;
}
