// Many steps in one launch: groups take the same slots in every step and wait for one another between steps. All groups
// must run at the same time.

/* Waits until all groups have come here `times` times. What any of them wrote before, all of them find afterwards. */
RP_FN void rp_gpu_meet(RP_GLOBAL uint32_t *arrivals, uint32_t times)
{
  RP_BARRIER_ALL();
  if (RP_ITEM == 0) {
    RP_ARRIVE(arrivals);
    while (RP_ARRIVED(arrivals) < times * RP_GROUPS) {}
  }
  RP_BARRIER_ALL();
}

/* The next `count` steps, those that as many launches of rp_gpu_step would do, to the last bit. */
RP_KERNEL_SHARED(RP_GPU_STEPS_ITEMS, 1) rp_gpu_steps(
    RP_GPU_STEP_PARAMETERS, const uint32_t trial_flags, const int32_t count)
{
  RP_LOCAL_VARIABLE uint32_t spikes[4 * RP_GPU_STEPS_ITEMS];
  RP_LOCAL_VARIABLE uint32_t spike_count;
  const rp_gpu_arrays arrays = RP_GPU_STEP_ARGUMENTS;
  const uint32_t each = 4 * RP_ITEMS, places = (network->slots + each - 1) / each;
  const int32_t done = progress->step;
  for (int32_t offset = 1; offset <= count; offset++) {
    const int32_t step = done + offset;
    const uint32_t flags = rp_gpu_flags_now(&arrays, trial_flags, step);
    for (uint32_t place = RP_GROUP; place < places; place += RP_GROUPS) {
      if (RP_ITEM == 0) spike_count = 0;
      RP_BARRIER();
      rp_gpu_advance(&arrays, flags, step, (uint32_t)offset, rp_gpu_first_slot(place), spikes, &spike_count);
      RP_BARRIER();
      rp_gpu_deliver(&arrays, flags, step, spikes, spike_count);
      RP_BARRIER();
    }
    rp_gpu_meet(&progress->arrivals, (uint32_t)offset);
  }
}
