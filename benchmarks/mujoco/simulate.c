// Simulates a model in plain C, as a reference for the results and the speed of the binding.
//   gcc -O2 -ffp-contract=off simulate.c -o simulate -lmujoco -lpthread
//   ./simulate hash MODEL STEPS             hash of states, sensors, frames, tendons and contacts of all steps
//   ./simulate time MODEL STEPS THREADS     steps per second of all threads together
#include <mujoco/mujoco.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const mjModel* m;
static int steps;

static uint64_t mix(uint64_t hash, const mjtNum* values, int count) {
  for (int i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, values + i, sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
  }
  return hash;
}

static void control(mjData* d, uint64_t* random) {
  for (int i = 0; i < m->nu; i++) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    double low = m->actuator_ctrlrange[2 * i], high = m->actuator_ctrlrange[2 * i + 1];
    d->ctrl[i] = low + (high - low) * ((double)(*random >> 11) * (1.0 / 9007199254740992.0));
  }
  for (int i = 0; i < m->nmocap; i++) d->mocap_pos[3 * i] += 0.0009765625 * ((int)(*random >> 61) - 3);
}

static int hash(void) {
  mjData* d = mj_makeData(m);
  uint64_t random = 1, h = 14695981039346656037u;
  if (m->nkey > 0) mj_resetDataKeyframe(m, d, 0);
  for (int s = 0; s < steps; s++) {
    control(d, &random);
    mj_step(m, d);
    mj_rnePostConstraint(m, d);
    h = mix(h, &d->time, 1);
    h = mix(h, d->qpos, m->nq);
    h = mix(h, d->qvel, m->nv);
    h = mix(h, d->act, m->na);
    h = mix(h, d->qacc_warmstart, m->nv);
    h = mix(h, d->sensordata, m->nsensordata);
    h = mix(h, d->mocap_pos, 3 * m->nmocap);
    h = mix(h, d->ten_length, m->ntendon);
    h = mix(h, d->ten_velocity, m->ntendon);
    h = mix(h, d->xpos, 3 * m->nbody);
    h = mix(h, d->xquat, 4 * m->nbody);
    h = mix(h, d->xipos, 3 * m->nbody);
    h = mix(h, d->site_xpos, 3 * m->nsite);
    h = mix(h, d->cinert, 10 * m->nbody);
    h = mix(h, d->cvel, 6 * m->nbody);
    h = mix(h, d->cfrc_ext, 6 * m->nbody);
    h = mix(h, d->qfrc_actuator, m->nv);
    h = mix(h, d->qfrc_constraint, m->nv);
    for (int c = 0; c < d->ncon; c++) {
      mjtNum force[6];
      mj_contactForce(m, d, c, force);
      h = mix(h, &d->contact[c].dist, 1);
      h = mix(h, d->contact[c].pos, 3);
      h = mix(h, d->contact[c].frame, 9);
      h = mix(h, force, 6);
    }
  }
  int warnings = 0;
  for (int w = 0; w < mjNWARNING; w++) warnings += d->warning[w].number;
  printf("%016llx %d\n", (unsigned long long)h, warnings);
  mj_deleteData(d);
  return 0;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static void run(mjData* d, int count) {
  uint64_t random = 1;
  mj_resetData(m, d);
  for (int s = 0; s < count; s++) {
    control(d, &random);
    mj_step(m, d);
  }
}

static pthread_barrier_t ready;

static void* work(void* unused) {
  (void)unused;
  mjData* d = mj_makeData(m);
  run(d, steps / 10 + 1);
  pthread_barrier_wait(&ready);
  run(d, steps);
  pthread_barrier_wait(&ready);
  mj_deleteData(d);
  return NULL;
}

static int measure(int threads) {
  pthread_barrier_init(&ready, NULL, threads + 1);
  pthread_t* all = malloc(threads * sizeof(pthread_t));
  for (int t = 0; t < threads; t++) pthread_create(all + t, NULL, work, NULL);
  pthread_barrier_wait(&ready);
  double start = seconds();
  pthread_barrier_wait(&ready);
  double taken = seconds() - start;
  for (int t = 0; t < threads; t++) pthread_join(all[t], NULL);
  free(all);
  printf("%.1f\n", (double)threads * steps / taken);
  return 0;
}

int main(int count, char** words) {
  char error[1000] = "";
  if (count < 4) {
    fprintf(stderr, "usage: simulate hash|time MODEL STEPS [THREADS]\n");
    return 2;
  }
  m = mj_loadXML(words[2], NULL, error, sizeof error);
  if (!m) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  steps = atoi(words[3]);
  return strcmp(words[1], "hash") == 0 ? hash() : measure(count > 4 ? atoi(words[4]) : 1);
}
