import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import { zipSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { csvImages, fillBatch, holdOut, idxImages, imageFolder, imageSplit, npyImages, npzImages, standardize, type OwnImages, type Split } from '../../../src/data';
import { writeNpy } from '../../../src/formats';
import { key, uniform } from '../../../src/random';
import { captureStderr } from '../../models/tiny';
import { idxFile } from '../idx-file';

/** What a net gets of a split. */
function inputs(split: Split): number[] {
  const x = new Float32Array(split.images.length);
  fillBatch(split, [...Array(split.count).keys()], x, new Int32Array(split.count));
  return [...x];
}

describe('imageSplit', () => {
  const own = (more: Partial<Record<keyof OwnImages, unknown>>) => imageSplit({ images: new Uint8Array(8), labels: [0, 1], shape: [2, 2], ...more } as OwnImages);

  it('takes bytes as pixels, and all else as numbers that a net gets as they are', () => {
    const bytes = own({ images: Uint8Array.of(0, 255, 51, 0, 0, 0, 0, 102) });
    assert.deepEqual([bytes.count, bytes.shape, bytes.classes], [2, [2, 2], ['0', '1']]);
    assert.deepEqual(inputs(bytes), [0, 1, 0.2, 0, 0, 0, 0, 0.4].map(Math.fround));
    const values = [0, 0.5, -1, 2, 300, 0, 0, 1];
    for (const images of [values, Float32Array.from(values), Float64Array.from(values), [values.slice(0, 4), values.slice(4)], [Float32Array.from(values.slice(0, 4)), values.slice(4)]]) assert.deepEqual(inputs(own({ images })), values);
    assert.deepEqual(inputs(own({ images: [new Uint8Array([255, 0, 0, 0]), new Uint8Array([0, 0, 0, 51])] })), [1, 0, 0, 0, 0, 0, 0, 0.2].map(Math.fround));
  });

  it('takes classes by number, of any type, and by name', () => {
    for (const labels of [[1, 3], Int32Array.of(1, 3), Float32Array.of(1, 3), BigInt64Array.of(1n, 3n), Uint16Array.of(1, 3)]) {
      const split = own({ labels });
      assert.deepEqual([[...split.labels], split.classes?.length], [[1, 3], 4]);
    }
    assert.deepEqual(own({ labels: ['dog', 'cat'] }).labels, Uint8Array.of(1, 0));
    assert.deepEqual(own({ labels: ['dog', 'cat'], classes: ['dog', 'cat', 'cow'] }).labels, Uint8Array.of(0, 1));
    assert.deepEqual(own({ labels: [0, 999] }).labels, Uint16Array.of(0, 999));
  });

  it('says what is wrong, and of which image', () => {
    const fails = (more: Parameters<typeof own>[0], message: RegExp) => assert.throws(() => own(more), message);
    fails({ labels: [0, -1] }, /imageSplit: labels must be whole numbers from 0 to 65535, or names, got -1 for image 1/);
    fails({ labels: [0, 1.5] }, /got 1\.5 for image 1/);
    fails({ labels: [0, 2], classes: ['a', 'b'] }, /labels must be whole numbers from 0 to 1, the places of the 2 classes, or names, got 2 for image 1/);
    fails({ labels: ['a', 'c'], classes: ['a', 'b'] }, /a label must be one of the classes a, b, got 'c' for image 1/);
    fails({ labels: [[1, 0], [0, 1]] }, /labels must be one class for each image, got a list of 2 for image 0; of one-hot rows give the place of the one/);
    fails({ labels: [1, 0, 0, 0, 1, 0] }, /labels must be one class for each image, got 6 zeros and ones for 2 images of shape \[2,2\]: rows of a one-hot matrix; give the place of the one in each of its 2 rows of 3/);
    fails({ labels: [0, 1, 2] }, /there must be a label for each image, got 3 labels and 2 images of shape \[2,2\]/);
    fails({ labels: [] }, /there must be an image and its label, got none/);
    fails({ images: new Uint8Array(9) }, /got 2 labels and 9 numbers, which are no whole number of images of shape \[2,2\]/);
    fails({ images: Float32Array.of(0, 1, 2, 3, 4, NaN, 6, 7) }, /numbers must be finite, got NaN in image 1, at place 1/);
    fails({ images: [new Uint8Array(4), new Uint8Array(3)] }, /an image of shape \[2,2\] must have 4 numbers, got 3 in image 1/);
    fails({ images: 'x.png' }, /the images must be an array of numbers, .*, got 'x\.png'/);
    fails({ images: { dataSync: () => 0 } }, /write tensor\.dataSync\(\)/);
    fails({ shape: 28 }, /the shape must be that of one image, such as \[28, 28\] or \[32, 32, 3\], or \[4\] for four features, got 28/);
    assert.throws(() => own({ ...({ lables: [1] } as object) }), /imageSplit: there is no option lables; did you mean labels\?/);
  });

  it('makes what is held out, and standardised, as any split', () => {
    const split = imageSplit({ images: uniform(key(1), 40), labels: Array.from({ length: 20 }, (_, i) => i % 3), shape: [2] });
    const { train, validation } = holdOut(split, 5, key(2));
    assert.deepEqual([train.count, validation.count, validation.shape, validation.classes], [15, 5, [2], ['0', '1', '2']]);
    assert.throws(() => standardize({ train }), /the images must be pixels, bytes from 0 to 255, got a Float32Array of 30/);
    const bytes = imageSplit({ images: Uint8Array.from(uniform(key(1), 40), (value) => 255 * value), labels: new Uint8Array(20), shape: [2] });
    const means = standardize({ train: bytes, test: bytes }).test.standardization!.mean;
    assert.equal(means.length, 1);
  });
});

describe('images in files', () => {
  captureStderr();
  let folder: string;
  const file = (name: string) => join(folder, name);
  const put = (name: string, content: string | Uint8Array) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(file(name), content);
    return file(name);
  };
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'squeezelab-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const rgba = (width: number, height: number, colour: readonly number[]) => Uint8Array.from({ length: width * height * 4 }, (_, i) => colour[i % 4]);
  const jpeg = (width: number, height: number, colour: readonly number[]) => new Uint8Array(encodeJpeg({ width, height, data: rgba(width, height, colour) }, 100).data);
  const png = (width: number, height: number, colour: readonly number[]) => new Uint8Array(encodePng({ width, height, channels: 4, data: rgba(width, height, colour) }));

  /** A PNG file of rows as they are given, each filled up to whole bytes. */
  function rawPng(width: number, height: number, depth: number, colourType: number, rows: number[], palette?: number[], clear?: number[]): Uint8Array {
    const chunk = (type: string, content: Uint8Array) => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(content.length);
      sum.writeUInt32BE(crc32(body));
      return Buffer.concat([length, body, sum]);
    };
    const row = rows.length / height;
    const filtered = Array.from({ length: height }, (_, y) => [0, ...rows.slice(y * row, (y + 1) * row)]).flat();
    const parts = [chunk('IHDR', Uint8Array.of(0, 0, 0, width, 0, 0, 0, height, depth, colourType, 0, 0, 0)), ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []), ...(clear ? [chunk('tRNS', Uint8Array.from(clear))] : []), chunk('IDAT', deflateSync(Uint8Array.from(filtered))), chunk('IEND', new Uint8Array())];
    return new Uint8Array(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]));
  }

  it('in a folder: JPEG and PNG, each sub-folder a class', () => {
    put('pets/cat/1.png', png(4, 3, [10, 20, 30, 255]));
    put('pets/cat/2.JPG', jpeg(4, 3, [200, 200, 200, 255]));
    put('pets/dog/a.png', png(4, 3, [0, 0, 0, 128]));
    put('pets/dog/notes.txt', 'none');
    put('pets/.hidden/x.png', 'none');
    const split = imageFolder(file('pets'));
    assert.deepEqual([split.count, split.shape, split.classes, [...split.labels]], [3, [3, 4, 3], ['cat', 'dog'], [0, 0, 1]]);
    assert.deepEqual([...split.images.subarray(0, 6)], [10, 20, 30, 10, 20, 30]);
    assert.ok(split.images.subarray(36, 72).every((pixel) => Math.abs(pixel - 200) < 3));
    assert.deepEqual([...split.images.subarray(72, 75)], [127, 127, 127]); // half of black on white
    const grey = imageFolder(file('pets'), { channels: 1, classes: ['dog', 'cat'] });
    assert.deepEqual([grey.shape, [...grey.labels], grey.images[12]], [[3, 4], [0, 1, 1], Math.round(0.299 * 10 + 0.587 * 20 + 0.114 * 30)]);
  });

  it('in a folder: JPEG files that hold red, green and blue as they are, and ones with more behind their end', () => {
    const plain = jpeg(8, 8, [90, 90, 90, 255]);
    const adobe = Buffer.concat([Buffer.from('ffee000e', 'hex'), Buffer.from('Adobe', 'latin1'), Buffer.from('00640000000000', 'hex')]);
    put('rgb/a/1.jpg', Buffer.concat([plain.subarray(0, 2), adobe, plain.subarray(2)]));
    put('rgb/a/2.jpg', Buffer.concat([plain, Buffer.from('more')]));
    const { images } = imageFolder(file('rgb'));
    [90, 128, 128].forEach((value, i) => assert.ok(Math.abs(images[i] - value) <= 2, `${images[i]}`));
    assert.ok(Math.abs(images[192] - 90) <= 2 && Math.abs(images[193] - 90) <= 2);
  });

  it('in a folder, of any size, are scaled when that is asked for', () => {
    put('all/a/1.png', png(2, 2, [100, 50, 0, 255]));
    put('all/b/1.png', png(5, 3, [100, 50, 0, 255]));
    assert.throws(() => imageFolder(file('all')), /imageFolder: all pictures must be of one size, got 3 × 5 in .*b.1\.png and 2 × 2 in .*a.1\.png; scale them all: imageFolder\(folder, \{ size: \[2, 2\] \}\)/);
    for (const size of [[1, 1], [4, 4], [3, 7]] as const) assert.ok(imageFolder(file('all'), { size }).images.every((pixel, i) => pixel === [100, 50, 0][i % 3]), size.join());
    // The mean of what a pixel covers.
    put('step/a/1.png', new Uint8Array(encodePng({ width: 4, height: 2, channels: 1, data: Uint8Array.of(0, 100, 200, 200, 0, 100, 40, 40) })));
    assert.deepEqual([...imageFolder(file('step'), { size: [1, 2], channels: 1 }).images], [50, 120]);
    assert.deepEqual([...imageFolder(file('step'), { size: [2, 1], channels: 1 }).images], [125, 45]);
    put('third/a/1.png', new Uint8Array(encodePng({ width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 90, 180) })));
    assert.deepEqual([...imageFolder(file('third'), { size: [1, 2], channels: 1 }).images], [30, 150]); // by area, a pixel and a half each
    assert.deepEqual([...imageFolder(file('third'), { size: [1, 6], channels: 1 }).images], [0, 23, 68, 113, 158, 180]); // between the pixels' middles
  });

  it('reads PNG files of every depth and colour type', () => {
    put('a/x/1.png', new Uint8Array(encodePng({ width: 2, height: 2, depth: 16, channels: 1, data: Uint16Array.of(0, 65535, 32768, 257) })));
    put('a/x/2.png', new Uint8Array(encodePng({ width: 2, height: 2, channels: 2, data: Uint8Array.of(0, 255, 9, 0, 100, 255, 0, 51) })));
    const split = imageFolder(file('a'), { channels: 1 });
    assert.deepEqual([...split.images], [0, 255, 128, 1, 0, 255, 100, 204]);
    // Ten pixels of 1 bit and of 2 bits take two and three bytes a row; a palette's entries are colours.
    put('b/x/1.png', rawPng(10, 2, 1, 0, [0b10110000, 0b01000000, 0b00000000, 0b11000000]));
    assert.deepEqual([...imageFolder(file('b'), { channels: 1 }).images], [1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1].map((bit) => 255 * bit));
    put('c/x/1.png', rawPng(5, 1, 2, 0, [0b00011011, 0b01000000]));
    assert.deepEqual([...imageFolder(file('c'), { channels: 1 }).images], [0, 85, 170, 255, 85]);
    // A palette of true colours is a suggestion; one colour may be transparent.
    put('e/x/1.png', rawPng(2, 2, 8, 2, [1, 2, 3, 9, 8, 7, 1, 2, 4, 0, 0, 0], [0, 0, 0], [0, 1, 0, 2, 0, 3]));
    assert.deepEqual([...imageFolder(file('e')).images], [255, 255, 255, 9, 8, 7, 1, 2, 4, 0, 0, 0]);
    put('d/x/1.png', rawPng(3, 1, 4, 3, [0x01, 0x20], [9, 8, 7, 1, 2, 3, 250, 251, 252]));
    assert.deepEqual([...imageFolder(file('d')).images], [9, 8, 7, 1, 2, 3, 250, 251, 252]);
  });

  it('in a folder name what is wrong', () => {
    assert.throws(() => imageFolder(file('none')), /imageFolder: .*none must be a folder that can be read, got: ENOENT/);
    put('empty/x.png', png(2, 2, [0, 0, 0, 255]));
    assert.throws(() => imageFolder(file('empty')), /empty must have a sub-folder for each class, with its JPEG or PNG files in it, got pictures themselves; give the folder above/);
    assert.throws(() => imageFolder(file('empty'), { size: 16 } as never), /the size must be \[height, width\], such as \[28, 28\], got 16/);
    assert.throws(() => imageFolder(file('empty'), { classes: 'a' } as never), /classes must be a list of different names, such as \['cat', 'dog'\], got 'a'/);
    mkdirSync(file('empty/a'));
    assert.throws(() => imageFolder(file('empty'), { classes: ['a', 'b'] }), /must have a sub-folder for each of the classes a, b, got none for b; there are a/);
    assert.throws(() => imageFolder(file('empty')), /empty.a must hold \.jpg, \.jpeg or \.png files, got none/);
    const whole = png(9, 9, [1, 2, 3, 255]);
    put('cut/a/1.png', whole.subarray(0, whole.length - 20));
    assert.throws(() => imageFolder(file('cut')), /png: .*1\.png must be a PNG file that can be decoded/);
    put('named/a/1.png', jpeg(2, 2, [0, 0, 0, 255]));
    assert.throws(() => imageFolder(file('named')), /1\.png must be a PNG file/);
    put('cutjpeg/a/1.jpg', jpeg(9, 9, [0, 0, 0, 255]).subarray(0, 300));
    assert.throws(() => imageFolder(file('cutjpeg')), /jpeg: .*1\.jpg must end with ff d9/);
    assert.throws(() => imageFolder(file('cut'), { channels: 4 as 3 }), /channels must be 1 or 3, got 4/);
    assert.throws(() => imageFolder(file('cut'), { sizes: 3 } as never), /there is no option sizes; did you mean size\?/);
  });

  it('of NumPy: arrays in two files, or in an archive', () => {
    const x = { shape: [3, 2, 2], values: Uint8Array.of(0, 255, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8) };
    const y = { shape: [3], values: Int32Array.of(2, 0, 1) };
    const [xs, ys] = [put('x.npy', writeNpy(x)), put('y.npy', writeNpy(y))];
    const archive = put('all.npz', zipSync({ 'x_train.npy': writeNpy(x), 'y_train.npy': writeNpy({ ...y, shape: [3, 1] }) }));
    for (const split of [npyImages(xs, ys), npzImages(archive, { images: 'x_train', labels: 'y_train' })]) {
      assert.deepEqual([split.count, split.shape, [...split.labels], [...split.images]], [3, [2, 2], [2, 0, 1], [...x.values]]);
      assert.ok(split.images instanceof Uint8Array);
    }
    assert.throws(() => npyImages(ys, xs), /npyImages: the images in .*y\.npy.* must be of shape \[count, \.\.\.\], one row each, got \[3\]/);
    assert.throws(() => npyImages(xs, put('hot.npy', writeNpy({ shape: [3, 3], values: Uint8Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0) }))), /must be one class for each image, got 3 numbers for each; if they are one-hot, save labels\.argmax\(axis=1\)/);
    assert.throws(() => npyImages(xs, put('four.npy', writeNpy({ shape: [4], values: Uint8Array.of(0, 0, 1, 1) }))), /x\.npy and .*four\.npy: imageSplit: there must be a label for each image, got 4 labels and 3 images/);
    assert.throws(() => npyImages(file('no.npy'), ys), /npyImages: .*no\.npy must be a file that can be read, got: ENOENT/);
    assert.throws(() => npyImages(put('cut.npy', writeNpy(x).subarray(0, 130)), ys), /npyImages: .*cut\.npy: readNpy: the values of shape/);
    assert.throws(() => npzImages(archive, { images: 'x', labels: 'y_train' }), /npzImages: .*all\.npz must hold an array x, got x_train, y_train/);
  });

  it('of IDX: a pair of files', () => {
    const [xs, ys] = [put('x.idx', idxFile([2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))), put('y.idx', idxFile([2], Uint8Array.of(1, 0)))];
    const split = idxImages(xs, ys, { classes: ['shirt', 'shoe'] });
    assert.deepEqual([split.shape, [...split.labels], split.classes, [...split.images]], [[2, 2], [1, 0], ['shirt', 'shoe'], [1, 2, 3, 4, 5, 6, 7, 8]]);
    assert.throws(() => idxImages(put('cut.idx', idxFile([2, 2, 2], new Uint8Array(8)).subarray(0, 20)), ys), /cut\.idx.* is truncated/);
  });

  it('of CSV: one a row, with or without a head, the class in any column', () => {
    const [head, rows] = ['label,pixel0,pixel1,pixel2,pixel3', ['3,0,255,51,0', '1,7,8,9,10']];
    for (const text of [`${head}\n${rows.join('\n')}\n`, `\uFEFF${head}\r\n${rows.join('\r\n')}\r\n\r\n`, rows.join('\n'), `${head}\n${rows.join('\n')}`.replaceAll(',', ';')]) {
      const split = csvImages(put('a.csv', text), { shape: [2, 2] });
      assert.deepEqual([[...split.labels], [...split.images], split.images instanceof Uint8Array], [[3, 1], [0, 255, 51, 0, 7, 8, 9, 10], true]);
    }
    const iris = csvImages(put('iris.csv', 'length,width,species\n5.1,3.5,setosa\n6.2,2.9,virginica\n4.9,3,setosa\n'), { shape: [2], label: 'species' });
    assert.deepEqual([iris.classes, [...iris.labels], inputs(iris)], [['setosa', 'virginica'], [0, 1, 0], [5.1, 3.5, 6.2, 2.9, 4.9, 3].map(Math.fround)]);
    assert.deepEqual([...csvImages(put('last.csv', '1,2,0\n3,4,1\n'), { shape: [2], label: 2 }).labels], [0, 1]);
    // A head of numbers but for the class, as pandas writes it; a name in other letters; quotes around a separator.
    for (const text of ['label,0,1\n0,1,2\n1,3,4\n', 'y,0,1\n0,1,2\n1,3,4\n', 'a,b,LABEL\n1,2,0\n3,4,1\n', '"a, b","b ""c""",label\n1,2,0\n3,4,1']) {
      const split = csvImages(put('c.csv', text), text.startsWith('y') ? { shape: [2], label: 0 } : { shape: [2] });
      assert.deepEqual([[...split.labels], inputs(split)], [[0, 1], [1, 2, 3, 4]], text);
    }
    // Features are what they are, whatever their values; pixels are pixels.
    assert.deepEqual(inputs(csvImages(put('d.csv', '0,0,1\n1,1,0'), { shape: [2] })), [0, 1, 1, 0]);
    assert.deepEqual(inputs(csvImages(put('e.csv', '0,0,1\n1,1,0'), { shape: [1, 2] })), [0, 1, 1, 0].map((value) => Math.fround(value / 255)));
    assert.deepEqual(inputs(csvImages(put('f.csv', '0,0,0.5\n1,1,0'), { shape: [1, 2], pixels: false })), [0, 0.5, 1, 0]);
    const fails = (text: string, message: RegExp, more = {}) => assert.throws(() => csvImages(put('b.csv', text), { shape: [2, 2], ...more }), message);
    fails('', /csvImages: .*b\.csv, line 1: there must be a row for each image, got an empty file/);
    fails(`${head}\n3,0,255,51,0\n1,7,8,9\n`, /b\.csv, line 3: there must be 5 columns, a class and 4 numbers of an image \[2, 2\], got 4/);
    fails(`${head}\n3,0,x,51,0\n`, /b\.csv, line 2: column 3 must be a number, got 'x'/);
    fails(`${head}\n3,0,,51,0\n`, /line 2: column 3 must be a number, got ''/);
    fails(`${head}\n3,0,1,51,0\n`, /line 1: the class must have a column, got no kind; there are label, pixel0/, { label: 'kind' });
    fails('0,nan,nan,3,4\n1,1,2,3,4', /line 1: column 2 must be a number, got 'nan'/);
    fails('a,b,c,d,class\n1,2,3,4,0', /line 1: the class must have a column, label, or the one that you name: \{ label: name or place from 0 on \}; there are a, b, c, d, class/);
    fails('1,1,2,3,4\nnan,1,2,3,4', /line 2: the class, column 1, must be there, got 'nan'/);
    fails('1,1,2,3,4\nx,1,2,3,4', /line 2: classes must all be numbers or all be names, got 'x' after '1'/);
    fails('1,1,2,3,4\n1,1,2.5,3,4', /line 2: column 3 must be a pixel, a whole number from 0 to 255, got 2\.5; .*\{ pixels: false \}/);
    fails('1,1,2,3,4\n', /the shape must be that of one image/, { shape: 4 });
    assert.throws(() => csvImages(file('none.csv'), { shape: [2] }), /csvImages: .*none\.csv must be a file that can be read, got: ENOENT/);
    fails(`${head}\n-1,0,1,51,0\n`, /b\.csv: imageSplit: labels must be whole numbers from 0 to 65535, or names, got -1 for image 0/);
  });
});
