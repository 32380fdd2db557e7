import assert from 'node:assert/strict';
import { exercise, key } from '../../src';

const message = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return 'nothing wrong';
};

describe('attempted', () => {
  it('tells no answer from one, in a list, a record and a promise too', async () => {
    for (const none of [undefined, [undefined, undefined], { bits: undefined }]) assert.throws(() => exercise.attempted<unknown>(none), exercise.NotAttempted);
    for (const answer of [0, '', null, false, [], [1, undefined], new Float32Array(2), { bits: 0 }, new Map()]) assert.equal(exercise.attempted<unknown>(answer), answer);
    assert.equal(await exercise.attempted(Promise.resolve(3)), 3);
    await assert.rejects(exercise.attempted(Promise.resolve(undefined)), exercise.NotAttempted);
  });
});

describe('near', () => {
  const options = { within: 0.1, what: 'the rate' };

  it('takes what is as near as asked, and says of the rest in which direction it is wrong, without the right answer', () => {
    assert.equal(message(() => exercise.near(0.55, 0.5, options)), 'nothing wrong');
    assert.equal(message(() => exercise.near(0.7, 0.5, options)), 'WrongAnswer: the rate is too large, got 0.7');
    assert.equal(message(() => exercise.near(0.3, 0.5, { ...options, hint: { tooLarge: 'no', tooSmall: 'zeros?' } })), 'WrongAnswer: the rate is too small, got 0.3; zeros?');
    assert.equal(message(() => exercise.near(NaN, 0.5, options)), 'WrongAnswer: the rate must be a number, got NaN');
    assert.equal(message(() => exercise.near('0.5' as unknown as number, 0.5, options)), "WrongAnswer: the rate must be a number, got '0.5'");
  });

  it('takes lists and typed arrays number by number', () => {
    assert.equal(message(() => exercise.near(Float32Array.of(1, 2.05), [1, 2], options)), 'nothing wrong');
    assert.equal(message(() => exercise.near([1, 3], [1, 2], options)), 'WrongAnswer: the rate, number 2 of 2, is too large, got 3');
    assert.match(message(() => exercise.near([1], [1, 2], options)), /has too few numbers, got 1$/);
    assert.match(message(() => exercise.near(1 as unknown as number[], [1, 2], options)), /must be a list of numbers, got 1$/);
  });

  it('refuses a check that was written wrongly', () => assert.throws(() => exercise.near(1, 1, { with: 0.1, what: 'x' } as unknown as exercise.NearOptions), /there is no option with; did you mean within\?/));
});

describe('same', () => {
  it('says what is wrong without the right answer', () => {
    const cases: [unknown, unknown, string][] = [
      [Int32Array.of(1, 2), [1, 2], 'nothing wrong'],
      [{ a: [1] }, { a: [1] }, 'nothing wrong'],
      [4, 5, 'WrongAnswer: it is wrong, got 4'],
      [true, 5, 'WrongAnswer: it must be a number, got true'],
      [3, [1], 'WrongAnswer: it must be a list, got 3'],
      [[1, 2, 9], [1, 2, 3], 'WrongAnswer: it: entry 3 of 3 is wrong, got 9'],
      [[1, 2, 3, 4], [1, 2, 3], 'WrongAnswer: it has too many entries, got 4'],
      ['abd', 'abc', "WrongAnswer: it is wrong from character 3 on, got 'abd'"],
      ['ab', 'abc', "WrongAnswer: it is too short, got 'ab'"],
      [{ a: 1, b: 2 }, { a: 1, b: 3 }, 'WrongAnswer: it: b is wrong, got 2'],
    ];
    for (const [actual, expected, text] of cases) assert.equal(message(() => exercise.same(actual, expected, 'it')), text);
  });
});

describe('variant', () => {
  const before = process.env.SQUEEZELAB_VARIANT;
  afterEach(() => (before === undefined ? delete process.env.SQUEEZELAB_VARIANT : (process.env.SQUEEZELAB_VARIANT = before)));

  it('is the key of 0, of the number that the grader gives, and another for each use', () => {
    delete process.env.SQUEEZELAB_VARIANT;
    assert.deepEqual(exercise.variant(), key(0));
    assert.notDeepEqual(exercise.variant('a'), exercise.variant('b'));
    process.env.SQUEEZELAB_VARIANT = '7';
    assert.deepEqual(exercise.variant(), key(7));
    process.env.SQUEEZELAB_VARIANT = 'seven';
    assert.throws(() => exercise.variant(), /must be a whole number of at most 15 digits, got 'seven'/);
  });
});
