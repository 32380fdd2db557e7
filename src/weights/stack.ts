import * as tf from '@tensorflow/tfjs';
import { checkTransform } from './check';
import type { Method, Trained, Transform } from './transform';
import type { Weight } from './weight';
import { isTracing } from '../engine/backend';
import { drawsOf } from '../random/draws';

/** What a removed transform leaves: the value that the layer computed with, or the one that is stored below. */
export type Keep = 'effective' | 'original';

/** Of all transforms of a weight, lowest first, those in force: from the last one on that is trained instead of the weight. */
const inForce = (transforms: readonly Transform[]): readonly Transform[] => transforms.slice(Math.max(0, transforms.findLastIndex(({ instead }) => instead)));

/** The first one whose output is not its input, so that what is read above it is not what is stored. */
const changing = (transforms: readonly Transform[]): Transform | undefined => transforms.find(({ instead, project, forward }) => instead || project !== forward);

const disposeOf = ({ trained = [], state = [] }: Transform): void => [...trained.map(({ variable }) => variable), ...state].forEach((variable) => variable.dispose());

/** A transform that could be trained on a weight, before it is put there. */
interface Prepared<T extends Transform> {
  readonly transform: T;
  readonly put: () => void;
  readonly drop: () => void;
}

const stacks = new WeakMap<Weight, Stack>();

/** The transforms of a weight, if it has any. */
export const stackOf = (weight: Weight): Stack | undefined => stacks.get(weight);

/** The transforms of one weight, lowest first, over the variable that the layer was built with. */
export class Stack {
  private readonly all: Transform[] = [];
  private readonly base: tf.Variable;
  private readonly read: Weight['read'];
  private readonly write: Weight['write'];
  private readonly dispose: Weight['dispose'];
  /** The effective value outside a trace, and the dataIds of what it was made from. */
  private effective?: tf.Variable;
  private madeFrom: object[] = [];

  constructor(private readonly weight: Weight) {
    this.base = weight.read() as tf.Variable;
    this.read = weight.read.bind(weight);
    this.write = weight.write.bind(weight);
    this.dispose = weight.dispose.bind(weight);
  }

  private attach(): void {
    const { weight } = this;
    stacks.set(weight, this);
    weight.read = () => (isTracing() ? this.forward() : this.cached());
    weight.write = (value) => {
      const [lowest] = this.transforms;
      if (lowest.instead) throw new Error(`${weight.originalName}: weights cannot be set through ${lowest.name}; remove the transform or strip the model first`);
      return this.write(value);
    };
    weight.dispose = () => {
      while (this.all.length) this.pop();
      this.dispose();
    };
  }

  private detach(): void {
    const { weight, read, write, dispose } = this;
    stacks.delete(weight);
    Object.assign(weight, { read, write, dispose });
    this.effective?.dispose();
    this.effective = undefined;
  }

  /** Those in force. */
  get transforms(): readonly Transform[] {
    return inForce(this.all);
  }

  /** Whether what is read is what is stored, after each update at the latest. */
  get isStored(): boolean {
    return changing(this.transforms) === undefined;
  }

  /** What the optimiser trains. */
  trained(transforms = this.transforms): Trained[] {
    const rateFactor = transforms.reduce((product, { rateFactor = 1 }) => product * rateFactor, 1);
    const base = rateFactor === 1 ? { variable: this.base } : { variable: this.base, rateFactor };
    return [...(transforms[0]?.instead ? [] : [base]), ...transforms.flatMap(({ trained = [] }) => trained)];
  }

  /** All that makes up the effective value: what is trained, masks, codes. */
  get variables(): tf.Variable[] {
    const { transforms } = this;
    const own = transforms.flatMap(({ trained = [], state = [] }) => [...trained.map(({ variable }) => variable), ...state]);
    return transforms[0]?.instead ? own : [this.base, ...own];
  }

  private forward(transforms = this.transforms): tf.Tensor {
    return transforms.reduce<tf.Tensor>((value, transform) => transform.forward(value, ...(drawsOf(transform) ?? [])), this.base);
  }

  /** The same variable at each call, so that reading leaks nothing; its value is made anew when its sources changed. */
  private cached(): tf.Variable {
    const sources = [this.base, ...this.variables].map(({ dataId }) => dataId);
    if (!this.effective || sources.some((id, i) => id !== this.madeFrom[i])) {
      tf.tidy(() => {
        const value = this.forward();
        if (this.effective) this.effective.assign(value);
        else this.effective = tf.variable(value, false);
      });
      this.madeFrom = sources;
    }
    return this.effective!;
  }

  /** After the optimiser's update, in its trace: each transform projects what it reads, where that is what is stored. */
  project(): void {
    this.transforms.forEach(({ project }, at) => {
      if (project && !changing(this.transforms.slice(0, at))) tf.tidy(() => this.base.assign(project(this.base)));
    });
  }

  advance(progress: number): void {
    this.transforms.forEach((transform, at) => tf.tidy(() => transform.advance?.(progress, () => this.forward(this.transforms.slice(0, at)))));
  }

  /**
   * Makes a transform of what the ones in force make of the weight, for the top of them; or of what an earlier one reads whose place it takes. It is put on by `put`, or given up by `drop`.
   *
   * @throws Error when it could not be trained there
   */
  prepare<T extends Transform>(method: Method<T>): Prepared<T> {
    const name = this.weight.originalName;
    const { transforms } = this;
    const made = (below: readonly Transform[]): T => {
      const value = tf.tidy(() => tf.clone(this.forward(below)));
      try {
        return method(value, name); // not in a tidy: what a method keeps in its closure is its own
      } finally {
        value.dispose();
      }
    };
    let transform = made(transforms);
    const earlier = transform.single ? transforms.find((other) => other.name === transform.name) : undefined;
    const below = earlier ? transforms.slice(0, transforms.indexOf(earlier)) : transforms;
    if (earlier) {
      disposeOf(transform);
      transform = made(below);
    }
    const whole = inForce([...below, transform, ...transforms.slice(below.length + 1)]);
    try {
      const changed = changing(below);
      if (changed && transform.project && transform.project !== transform.forward) {
        throw new Error(`parametrize: ${transform.name} of ${name} must read the weight as it is stored, which it changes after each update, but reads what ${changed.name} makes of it; put ${transform.name} on first`);
      }
      checkTransform(transform, this.weight, this.trained(whole), () => this.forward(whole));
    } catch (error) {
      disposeOf(transform);
      throw error;
    }
    const put = (): void => {
      if (earlier) {
        this.all.splice(this.all.indexOf(earlier), 1, transform);
        disposeOf(earlier);
      } else this.all.push(transform);
      if (this.all.length === 1) this.attach();
      this.madeFrom = [];
    };
    return { transform, put, drop: () => disposeOf(transform) };
  }

  /**
   * Takes the transform that was put on last off again.
   *
   * @throws Error when it is another, or when its value is to be kept and what lies below would change that
   */
  remove(transform: Transform, keep: Keep): void {
    const name = this.weight.originalName;
    const last = this.all.at(-1);
    if (last !== transform) {
      const there = this.all.includes(transform);
      throw new Error(`remove: ${transform.name} of ${name} must be the last transform put on, but ${last ? `that is ${last.name}` : 'there is none'}; ${there ? 'remove it first' : 'it was removed before'}`);
    }
    if (keep === 'original') return this.pop();
    const changed = changing(inForce(this.all.slice(0, -1)));
    if (changed) throw new Error(`remove: what ${transform.name} makes of ${name} cannot be kept, for ${changed.name} lies below; strip the model, or remove({ keep: 'original' }) to go back to what ${changed.name} makes`);
    this.bake(() => this.pop());
  }

  /** Bakes the effective value into the weight and removes every transform. */
  strip(): void {
    this.bake(() => {
      while (this.all.length) this.pop();
    });
  }

  private bake(remove: () => void): void {
    const value = tf.clone(this.cached());
    remove();
    this.base.assign(value);
    value.dispose();
  }

  private pop(): void {
    disposeOf(this.all.pop()!);
    this.madeFrom = [];
    if (!this.all.length) this.detach();
  }
}
