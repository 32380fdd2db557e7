/** The project's environment variables; nothing else reads them. */
const read = (name: string): string | undefined => process.env[`SQUEEZELAB_${name}`] || undefined;

export const environment = {
  /** `SQUEEZELAB_SCALE`: the scale of a run. */
  get scale() {
    return read('SCALE');
  },
  /** `SQUEEZELAB_SEED`: its first seed. */
  get seed() {
    return read('SEED');
  },
  /** `SQUEEZELAB_DATA`: the folder with the data sets. */
  get data() {
    return read('DATA');
  },
  /** `SQUEEZELAB_RUN`: the folder of the run that a notebook belongs to; set by what starts it. */
  get run() {
    return read('RUN');
  },
  /** `SQUEEZELAB_CHECKPOINTS`: where trainings are saved, the project's `runs/checkpoints/` if it is not set. */
  get checkpoints() {
    return read('CHECKPOINTS');
  },
  /** `SQUEEZELAB_VARIANT`: which numbers the checks of exercises draw; set by `squeezelab grade`. */
  get variant() {
    return read('VARIANT');
  },
  /** `SQUEEZELAB_THREADS`: threads of a program; all cores if it is not set. */
  get threads() {
    return read('THREADS');
  },
  /** `SQUEEZELAB_PROFILE`: beginning of the files into which the runtime writes how long each operator took. */
  get profile() {
    return read('PROFILE');
  },
};
