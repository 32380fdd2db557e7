/** bfloat16, the upper half of a float32. */
export const fromBfloat16 = (words: Uint16Array): Float32Array => new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);

/** float16 (IEEE 754 binary16): a sign, 5 bits of exponent, 10 of fraction; every one of them is a float32. */
export const fromFloat16 = (words: Uint16Array): Float32Array =>
  Float32Array.from(words, (word) => {
    const sign = word >> 15 ? -1 : 1;
    const exponent = (word >> 10) & 31;
    const fraction = word & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
