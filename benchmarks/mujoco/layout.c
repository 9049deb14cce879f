// Prints the memory layout of the installed MuJoCo version, taken from its headers, in the format of MujocoSharp's
// layouts.txt:
//   gcc layout.c -o layout && ./layout
#include <mujoco/mujoco.h>
#include <mujoco/mjxmacro.h>
#include <stddef.h>
#include <stdio.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static void field(
    const char* owner, const char* name, size_t offset, const char* type, const char* rows, const char* columns) {
  printf("%s.%s %zu %s %s %s\n", owner, name, offset, type, rows, columns);
}

#define CONSTANT(name) printf("constant.%s %d\n", #name, (int)name)
#define SIZE(name) printf("sizeof.%s %zu\n", #name, sizeof(name))
#define CONTACT(type, name, rows) field("contact", #name, offsetof(mjContact, name), #type, TEXT(rows), "1")

int main(void) {
  printf("version %d\n", mjVERSION_HEADER);
  SIZE(mjtNum);
  SIZE(mjModel);
  SIZE(mjData);
  SIZE(mjContact);
  SIZE(mjWarningStat);
  SIZE(mjVFS);

  CONSTANT(mjWARN_INERTIA);
  CONSTANT(mjWARN_CONTACTFULL);
  CONSTANT(mjWARN_CNSTRFULL);
  CONSTANT(mjWARN_BADQPOS);
  CONSTANT(mjWARN_BADQVEL);
  CONSTANT(mjWARN_BADQACC);
  CONSTANT(mjWARN_BADCTRL);
  CONSTANT(mjNWARNING);
  CONSTANT(mjINT_EULER);
  CONSTANT(mjINT_RK4);
  CONSTANT(mjINT_IMPLICIT);
  CONSTANT(mjSOL_PGS);
  CONSTANT(mjSOL_CG);
  CONSTANT(mjSOL_NEWTON);
  CONSTANT(mjCONE_PYRAMIDAL);
  CONSTANT(mjCONE_ELLIPTIC);
  CONSTANT(mjJNT_FREE);
  CONSTANT(mjJNT_BALL);
  CONSTANT(mjJNT_SLIDE);
  CONSTANT(mjJNT_HINGE);
  CONSTANT(mjDSBL_CONTACT);
  CONSTANT(mjDSBL_CLAMPCTRL);
  CONSTANT(mjDSBL_WARMSTART);
  CONSTANT(mjOBJ_BODY);
  CONSTANT(mjOBJ_JOINT);
  CONSTANT(mjOBJ_GEOM);
  CONSTANT(mjOBJ_SITE);
  CONSTANT(mjOBJ_CAMERA);
  CONSTANT(mjOBJ_LIGHT);
  CONSTANT(mjOBJ_MESH);
  CONSTANT(mjOBJ_HFIELD);
  CONSTANT(mjOBJ_TEXTURE);
  CONSTANT(mjOBJ_MATERIAL);
  CONSTANT(mjOBJ_PAIR);
  CONSTANT(mjOBJ_EXCLUDE);
  CONSTANT(mjOBJ_EQUALITY);
  CONSTANT(mjOBJ_TENDON);
  CONSTANT(mjOBJ_ACTUATOR);
  CONSTANT(mjOBJ_SENSOR);
  CONSTANT(mjOBJ_NUMERIC);
  CONSTANT(mjOBJ_TEXT);
  CONSTANT(mjOBJ_TUPLE);
  CONSTANT(mjOBJ_KEY);

#define X(type, name) field("option", #name, offsetof(mjModel, opt.name), #type, "1", "1");
  MJOPTION_SCALARS
#undef X
#define X(name, rows) field("option", #name, offsetof(mjModel, opt.name), "mjtNum", TEXT(rows), "1");
  MJOPTION_VECTORS
#undef X
#define X(name) field("model", #name, offsetof(mjModel, name), "int", "1", "1");
  MJMODEL_INTS
#undef X
#define X(type, name, rows, columns) \
  field("model", #name, offsetof(mjModel, name), #type "*", TEXT(rows), TEXT(columns));
  MJMODEL_POINTERS
#undef X
#define X(type, name) field("data", #name, offsetof(mjData, name), #type, "1", "1");
  MJDATA_SCALAR
#undef X
#define X(type, name, rows, columns) field("data", #name, offsetof(mjData, name), #type, TEXT(rows), TEXT(columns));
  MJDATA_VECTOR
#undef X
#define X(type, name, rows, columns) field("data", #name, offsetof(mjData, name), #type "*", TEXT(rows), TEXT(columns));
  MJDATA_POINTERS
#undef X

  CONTACT(mjtNum, dist, 1);
  CONTACT(mjtNum, pos, 3);
  CONTACT(mjtNum, frame, 9);
  CONTACT(mjtNum, includemargin, 1);
  CONTACT(mjtNum, friction, 5);
  CONTACT(int, dim, 1);
  CONTACT(int, geom1, 1);
  CONTACT(int, geom2, 1);
  CONTACT(int, exclude, 1);
  CONTACT(int, efc_address, 1);
  field("vfs", "filedata", offsetof(mjVFS, filedata), "void*", "1", "1");
  return 0;
}
