// Prints the memory layout of one MuJoCo version, taken from its headers. layouts.sh compiles it and writes layouts.txt.
// Fields come sorted by offset, and each with the distance from the field before it, so that versions differ little.
#include <mujoco/mujoco.h>
#include <mujoco/mjxmacro.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

// rows whose number is in the data
#undef MJ_D
#define MJ_D(n) data.n
#undef MJ_M
#define MJ_M(n) n

typedef struct {
  const char* name;
  size_t offset;
  const char* type;
  const char* rows;
  const char* columns;
} Field;

static Field fields[2000];
static int count;

static void field(const char* name, size_t offset, const char* type, const char* rows, const char* columns) {
  Field f = {name, offset, type, rows, columns};
  fields[count++] = f;
}

static int compare(const void* a, const void* b) {
  size_t x = ((const Field*)a)->offset, y = ((const Field*)b)->offset;
  return (x > y) - (x < y);
}

static void print(const char* owner) {
  size_t previous = 0;
  qsort(fields, count, sizeof fields[0], compare);
  for (int i = 0; i < count; i++) {
    const Field* f = fields + i;
    printf("%s.%s +%zu %s %s %s\n", owner, f->name, f->offset - previous, f->type, f->rows, f->columns);
    previous = f->offset;
  }
  count = 0;
}

#define CONSTANT(name) printf("constant.%s %d\n", #name, (int)name);
#define SIZE(name) printf("sizeof.%s %zu\n", #name, sizeof(name));
#define CONTACT(type, name, rows) field(#name, offsetof(mjContact, name), #type, TEXT(rows), "1");

// model sizes are int, or 64-bit numbers in later versions
#define INTEGER(owner, name) (sizeof(((owner*)0)->name) == 8 ? "long" : "int")

int main(void) {
  printf("version %d\n", mjVERSION_HEADER);
  SIZE(mjtNum)
  SIZE(mjModel)
  SIZE(mjData)
  SIZE(mjContact)
  SIZE(mjVFS)
#include "constants.h"

#ifdef MJOPTION_FIELDS
#define X(type, name, rows) field(#name, offsetof(mjModel, opt.name), #type, TEXT(rows), "1");
#define XVEC X
  MJOPTION_FIELDS
#undef X
#undef XVEC
#else
#define X(type, name) field(#name, offsetof(mjModel, opt.name), #type, "1", "1");
  MJOPTION_SCALARS
#undef X
#define X(name, rows) field(#name, offsetof(mjModel, opt.name), "mjtNum", TEXT(rows), "1");
  MJOPTION_VECTORS
#undef X
#endif
  print("option");

#define X(name) field(#name, offsetof(mjModel, name), INTEGER(mjModel, name), "1", "1");
#ifdef MJMODEL_SIZES
  MJMODEL_SIZES
#else
  MJMODEL_INTS
#endif
#undef X
#define X(type, name, rows, columns) field(#name, offsetof(mjModel, name), #type "*", TEXT(rows), TEXT(columns));
  MJMODEL_POINTERS
#undef X
  field("buffer", offsetof(mjModel, buffer), "void*", "0", "1");
  print("model");

#define X(type, name) field(#name, offsetof(mjData, name), #type, "1", "1");
  MJDATA_SCALAR
#undef X
#define X(type, name, rows, columns) field(#name, offsetof(mjData, name), #type, TEXT(rows), TEXT(columns));
  MJDATA_VECTOR
#undef X
#define X(type, name, rows, columns) field(#name, offsetof(mjData, name), #type "*", TEXT(rows), TEXT(columns));
  MJDATA_POINTERS
#undef X
#ifdef MJDATA_ARENA_POINTERS
#define X(type, name, rows, columns) field(#name, offsetof(mjData, name), #type "**", TEXT(rows), TEXT(columns));
  MJDATA_ARENA_POINTERS
#undef X
#endif
  field("buffer", offsetof(mjData, buffer), "void*", "0", "1");
  print("data");

  CONTACT(mjtNum, dist, 1)
  CONTACT(mjtNum, pos, 3)
  CONTACT(mjtNum, frame, 9)
  CONTACT(mjtNum, includemargin, 1)
  CONTACT(mjtNum, friction, 5)
  CONTACT(int, dim, 1)
  CONTACT(int, geom1, 1)
  CONTACT(int, geom2, 1)
  CONTACT(int, exclude, 1)
  CONTACT(int, efc_address, 1)
  print("contact");

#if HAS_FILEDATA
  field("filedata", offsetof(mjVFS, filedata), "void**", "1", "1");
  print("vfs");
#endif
  return 0;
}
