// Takes finite differences of whole control steps in plain C, as a reference for Sim.MuJoCoFD.
// Prints Jacobians and control steps per second.
//   gcc -O2 -ffp-contract=off difference.c -o difference -lmujoco -lpthread
//   ./difference MODEL SKIP FORCES ROWS THREADS SECONDS
// ROWS is a file of doubles: qpos, qvel and ctrl of one lane after the other. SKIP is the number of simulation steps
// per control step; FORCES is 1 if the observation needs contact forces. The differences are central, in tangent
// coordinates, from the state before the step, without warm start.
#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const mjModel* m;
static int skip, forces, rows, threads;
static double limit;
static double* data;
static pthread_barrier_t ready;
static double done[64];

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static void step(mjData* d, const mjtNum* qpos, const mjtNum* qvel, const mjtNum* ctrl) {
  memcpy(d->qpos, qpos, m->nq * sizeof(mjtNum));
  memcpy(d->qvel, qvel, m->nv * sizeof(mjtNum));
  memcpy(d->ctrl, ctrl, m->nu * sizeof(mjtNum));
  memset(d->qacc_warmstart, 0, m->nv * sizeof(mjtNum));
  d->time = 0;
  for (int s = 0; s < skip; s++) mj_step(m, d);
  if (forces) mj_rnePostConstraint(m, d);
}

// one column of the Jacobian of the next state
static void column(mjData* d, const mjtNum* row, int input, mjtNum* out, mjtNum* work) {
  const double h = 1e-6;
  int nq = m->nq, nv = m->nv, nu = m->nu;
  mjtNum *q = work, *v = q + nq, *u = v + nv, *tangent = u + nu, *q0 = tangent + nv, *v0 = q0 + nq;
  for (int side = 0; side < 2; side++) {
    double by = side == 0 ? -h : h;
    memcpy(q, row, nq * sizeof(mjtNum));
    memcpy(v, row + nq, nv * sizeof(mjtNum));
    memcpy(u, row + nq + nv, nu * sizeof(mjtNum));
    if (input < nv) {
      memset(tangent, 0, nv * sizeof(mjtNum));
      tangent[input] = 1;
      mj_integratePos(m, q, tangent, by);
    } else if (input < 2 * nv) {
      v[input - nv] += by;
    } else {
      u[input - 2 * nv] += by;
    }
    step(d, q, v, u);
    if (side == 0) {
      memcpy(q0, d->qpos, nq * sizeof(mjtNum));
      memcpy(v0, d->qvel, nv * sizeof(mjtNum));
    }
  }
  mj_differentiatePos(m, out, 2 * h, q0, d->qpos);
  for (int i = 0; i < nv; i++) out[nv + i] = (d->qvel[i] - v0[i]) / (2 * h);
}

static double run(mjData* d, int thread, int jacobian) {
  int nv = m->nv, size = m->nq + m->nv + m->nu, inputs = 2 * nv + m->nu;
  mjtNum* out = malloc(2 * nv * sizeof(mjtNum));
  mjtNum* work = malloc((3 * m->nq + 4 * nv + m->nu + 64) * sizeof(mjtNum));
  double count = 0, start = seconds();
  while (seconds() - start < limit) {
    for (int r = thread; r < rows; r += threads, count++) {
      const mjtNum* row = data + (size_t)r * size;
      step(d, row, row + m->nq, row + m->nq + nv);
      for (int i = 0; jacobian && i < inputs; i++) column(d, row, i, out, work);
    }
  }
  double rate = count / (seconds() - start);
  free(out);
  free(work);
  return rate;
}

static void* work(void* which) {
  int thread = (int)(size_t)which;
  mjData* d = mj_makeData(m);
  run(d, thread, 0);
  for (int jacobian = 0; jacobian < 2; jacobian++) {
    pthread_barrier_wait(&ready);
    done[32 * jacobian + thread] = run(d, thread, jacobian);
  }
  mj_deleteData(d);
  return NULL;
}

int main(int count, char** words) {
  char error[1000] = "";
  if (count != 7) {
    fprintf(stderr, "usage: difference MODEL SKIP FORCES ROWS THREADS SECONDS\n");
    return 2;
  }
  m = mj_loadXML(words[1], NULL, error, sizeof error);
  if (!m) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  skip = atoi(words[2]), forces = atoi(words[3]), threads = atoi(words[5]), limit = atof(words[6]);
  FILE* file = fopen(words[4], "rb");
  if (!file || threads < 1 || threads > 32) return 1;
  fseek(file, 0, SEEK_END);
  long bytes = ftell(file);
  rewind(file);
  data = malloc(bytes);
  if (fread(data, 1, bytes, file) != (size_t)bytes) return 1;
  rows = bytes / ((m->nq + m->nv + m->nu) * sizeof(double));
  pthread_barrier_init(&ready, NULL, threads);
  pthread_t all[32];
  for (int t = 0; t < threads; t++) pthread_create(all + t, NULL, work, (void*)(size_t)t);
  for (int t = 0; t < threads; t++) pthread_join(all[t], NULL);
  double steps = 0, jacobians = 0;
  for (int t = 0; t < threads; t++) steps += done[t], jacobians += done[32 + t];
  printf("%.3f %.3f\n", jacobians, steps);
  return 0;
}
