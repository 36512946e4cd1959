// SoftCord for C: images, masks of the spinal cord, and what is measured of them.
//
// Two libraries have these functions. libsoftcord-measure has all but those under "Segmenting"; it needs no LibTorch. libsoftcord has all.
// A program links one of the two.
//
// - A function that can fail returns a status; SOFTCORD_DONE is 0. `softcord_message` then says what happened, to what, and what to do. The
//   message belongs to the thread and is there until its next failure. Nothing is ever printed, and no exception crosses this header.
// - Handles are opaque. What a function returns by its last pointers belongs to the caller, who frees it once with the function of its type;
//   NULL may be freed. Results do not depend on what they were made from, which may be freed before.
// - Any thread may call anything. Images and tables never change, so that threads can share them; options must not be changed while another
//   thread uses them; calls with one model wait for each other.
// - Texts are UTF-8 and end in a zero byte. Those that a function returns belong to the handle that they were asked of.
// - Arrays have x fastest unless strides say otherwise. Affines are 4 × 4, row after row, and map voxel indices (centers at whole numbers) to
//   millimeters, x towards the right, y anterior, z superior (RAS+), as in NIfTI files.
//
// docs/c.md has a program that uses it. C11 and C++17.
#ifndef SOFTCORD_H
#define SOFTCORD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ── Version ──

// Grows when something here changes its meaning or goes; what is only added leaves it.
#define SOFTCORD_INTERFACE 1
// The SOFTCORD_INTERFACE that the library was built with: another number than this header's means that they do not belong together.
int32_t softcord_interface(void);
// Version of SoftCord: "0.1.0".
const char *softcord_version(void);

// ── Status ──

// The exit statuses of the command-line tool; docs/exit-status.md says more.
typedef int32_t softcord_status;
enum {
  SOFTCORD_DONE = 0,
  SOFTCORD_PARTIAL = 1,         // some of several inputs failed
  SOFTCORD_NO_CORD = 2,         // a scan shows no spinal cord
  SOFTCORD_LEVELS_UNKNOWN = 5,  // a scan shows nothing that tells which vertebra is which
  SOFTCORD_USAGE = 64,          // an argument or option cannot be meant
  SOFTCORD_DATA = 65,           // an input is damaged or of the wrong kind
  SOFTCORD_NO_INPUT = 66,       // an input is missing or cannot be opened
  SOFTCORD_UNAVAILABLE = 69,    // a device or its memory is not there
  SOFTCORD_FAULT = 70,          // a fault without a status of its own
  SOFTCORD_CANNOT_WRITE = 73,   // an output cannot be written
  SOFTCORD_CONFIGURATION = 78   // a configuration or model file cannot be used
};
// What happened at the last failure on this thread; empty where there was none.
const char *softcord_message(void);

// Told the part that is done, 0 to 1, and what was given along with it; possibly on other threads, but never on two at once.
typedef void (*softcord_progress)(double fraction, void *context);

// ── Options ──

// Names with values, as the tool's options have them without their dashes: "per" = "level", "vertebrae" = "C2:C3". A flag has the value "yes" or
// "no". Which names a function knows is said where it is declared; it refuses others.
typedef struct softcord_options softcord_options;
softcord_options *softcord_options_new(void);
// A value that was set before is replaced; NULL takes it away.
softcord_status softcord_options_set(softcord_options *options, const char *name, const char *value);
void softcord_options_free(softcord_options *options);

// ── Images ──

typedef struct softcord_image softcord_image;

typedef int32_t softcord_type;
enum {
  SOFTCORD_FLOAT32, SOFTCORD_FLOAT64, SOFTCORD_INT8, SOFTCORD_UINT8, SOFTCORD_INT16, SOFTCORD_UINT16,
  SOFTCORD_INT32, SOFTCORD_UINT32, SOFTCORD_INT64, SOFTCORD_UINT64
};

// What an image is for. A scan of several volumes is their mean, a mask is checked to hold shares of voxels (0 to 1), labels are never averaged.
typedef int32_t softcord_kind;
enum { SOFTCORD_SCAN, SOFTCORD_MASK, SOFTCORD_LABELS };

// An image of voxels in memory, which are copied once, as float32. Not-a-number and infinity are refused, and so is an affine without volume.
//
//   name      what messages and tables call it, such as a path; NULL: "image"
//   shape     voxels along x, y and z
//   strides   bytes from one voxel to the next along x, y and z, any sign; NULL: x fastest, without gaps
softcord_status softcord_image_make(
  const char *name, const void *voxels, softcord_type type, const int64_t shape[3], const int64_t strides[3], const double affine[16],
  softcord_image **image);
// An image of a file: .nii, .nii.gz, or .hdr and .img. `volume` chooses one of several, from 0; -1 is the mean of a scan's.
softcord_status softcord_image_read(const char *path, softcord_kind kind, int64_t volume, softcord_image **image);
// Writes an image as float32, .nii or .nii.gz: the whole file or none. `like`, which may be NULL, is an image whose file's codes, unit and
// description are kept.
softcord_status softcord_image_write(const softcord_image *image, const char *path, const softcord_image *like);
void softcord_image_shape(const softcord_image *image, int64_t shape[3]);
void softcord_image_affine(const softcord_image *image, double affine[16]);
// Copies the voxels, x fastest, to an array of `count` numbers: the product of the shape.
softcord_status softcord_image_copy(const softcord_image *image, float *voxels, int64_t count);
// What to know of the image, one line each; NULL past the last.
const char *softcord_image_note(const softcord_image *image, int64_t index);
void softcord_image_free(softcord_image *image);

// ── Tables ──

typedef struct softcord_table softcord_table;

// What a column holds; each may have missing values.
enum { SOFTCORD_TEXTS, SOFTCORD_INTEGERS, SOFTCORD_NUMBERS };

int64_t softcord_table_rows(const softcord_table *table);
int64_t softcord_table_columns(const softcord_table *table);
// Name, meaning and unit ("mm2", "degree"; NULL where there is none) of a column, and what it holds; NULL and -1 past the last.
const char *softcord_table_name(const softcord_table *table, int64_t column);
const char *softcord_table_description(const softcord_table *table, int64_t column);
const char *softcord_table_unit(const softcord_table *table, int64_t column);
int32_t softcord_table_kind(const softcord_table *table, int64_t column);
// A value as text; NULL where it is missing.
const char *softcord_table_text(const softcord_table *table, int64_t row, int64_t column);
// The numbers of a column, not-a-number where one is missing or is text, to an array of `count`: the rows.
softcord_status softcord_table_numbers(const softcord_table *table, int64_t column, double *numbers, int64_t count);
// The table as the tool writes it, byte by byte: "tsv", "csv", "json", "text"; NULL for another format.
const char *softcord_table_written(const softcord_table *table, const char *format);
// What to know of the inputs, one line each; NULL past the last.
const char *softcord_table_note(const softcord_table *table, int64_t index);
void softcord_table_free(softcord_table *table);

// ── Measuring ──

// Measures a mask. docs/morphometry.md explains the columns.
//
// Options (NULL: none): per (slice, level, range), numbering (sct, totalspineseg), vertebrae (2:3, C2:C3), slices (4:19), distance and extent (mm),
// method (exact, sct), compression (yes, no). Names of files, with {} and auto as in the tool, or images: discs, levels, pmj, anat, canal.
//
//   companions   images that go before files of the same name, such as {"discs", image}; NULL where `count` is 0. Discs of softcord_label, or of a
//                file with a sidecar, add how sure they are to the intervals, and a column numbering_probability.
typedef struct {
  const char *name;
  const softcord_image *image;
} softcord_companion;
softcord_status softcord_measure(
  const softcord_image *mask, const softcord_options *options, const softcord_companion *companions, int64_t count, softcord_table **table);

// Compares masks with references: files or folders. docs/evaluation.md explains the columns. Where a part of several pairs fails, the status is
// SOFTCORD_PARTIAL and there is a table of the others.
//
// Options: label, partial (yes, no), discs, levels, numbering, vertebrae, lesions, compressions, group, participants, scans, and output-dir: a
// folder for all tables and a report.
softcord_status softcord_evaluate(
  const char *predictions, const char *references, const softcord_options *options, softcord_progress progress, void *context,
  softcord_table **table);

// ── Simulating ──

// Writes a data set of digital necks: scans and their exact truth. docs/simulator.md says what.
//
// Options: subjects, seed, contrasts (T1w,T2w), pathology, side (mm), levels (C2:C4), raters (yes, no), jobs.
softcord_status softcord_simulate(const char *folder, const softcord_options *options, softcord_progress progress, void *context);
// One scan of that data set in memory, with the exact share of each voxel that is cord. Options: person (from 1), seed, contrast, pathology, side,
// levels. `truth` may be NULL.
softcord_status softcord_simulate_scan(const softcord_options *options, softcord_image **scan, softcord_image **truth);

// ── Segmenting (libsoftcord only) ──

// A model in memory.
typedef struct softcord_model softcord_model;

// Loads a model. Options: device (auto, cpu, cuda, cuda:1, mps), precision (auto, float32, bfloat16).
//
//   path   NULL: the model that lies beside the library, in SoftCord_Models.resources
softcord_status softcord_model_load(const char *path, const softcord_options *options, softcord_model **model);
void softcord_model_free(softcord_model *model);
// Processor threads of all that is computed from now on, at least 1; the whole process has one number.
softcord_status softcord_set_threads(int32_t count);

// Finds the cord in a scan: the share of each voxel that is cord, 0 to 1, on the scan's grid.
//
// Options: everywhere, largest (yes, no). `uncertainty`, which may be NULL, gets the standard deviation of each share; it takes four times as long.
softcord_status softcord_segment(
  const softcord_model *model, const softcord_image *scan, const softcord_options *options, softcord_progress progress, void *context,
  softcord_image **mask, softcord_image **uncertainty);

// Finds the discs and vertebral levels beside the cord of a scan. SOFTCORD_LEVELS_UNKNOWN where the numbering is less sure than `least`: nothing is
// told then. docs/levels.md explains what is known and how.
//
// Options: least (probability, 0.8), numbering (sct, totalspineseg), label (one known vertebra, the height of its middle in mm: C3@-12.5), labels (file
// of known discs), session (file of another scan of the session).
//
//   mask          of the cord, on the scan's grid
//   discs         one voxel each: disc n lies above vertebra n, 50 is the pontomedullary junction
//   levels        the level of each voxel that is cord by half or more; may be NULL
//   marks         a row a disc: label, name, x_mm, y_mm, z_mm, lower_mm, upper_mm, probability; may be NULL
//   probability   that all numbers are right; may be NULL
softcord_status softcord_label(
  const softcord_model *model, const softcord_image *scan, const softcord_image *mask, const softcord_options *options, softcord_image **discs,
  softcord_image **levels, softcord_table **marks, double *probability);

#ifdef __cplusplus
}
#endif
#endif
