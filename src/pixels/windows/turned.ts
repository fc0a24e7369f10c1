import { type Box, inverse, type Symmetry } from '../symmetry.ts';
import { placesInView, shapeOfView, writeView } from '../view.ts';
import type { WindowedImage } from './windowed-image.ts';

/** An image as it is seen under a symmetry, in float32; no more of it is turned than is read. */
export function turnedWindows(image: WindowedImage, symmetry: Symmetry): WindowedImage {
  const { channels, channelNames, bandWidth, read, moments } = image;
  const none = { data: new Uint8Array(), channels };
  const [, height, width] = shapeOfView({ image: { ...none, height: image.height, width: image.width }, symmetry });
  const whole = { ...none, height, width };
  const inFile = ({ top, left, ...size }: Box): Box => {
    const corners = [
      { x: left, y: top },
      { x: left + size.width - 1, y: top + size.height - 1 },
    ];
    const [a, b] = placesInView(corners, { image: whole, symmetry: inverse(symmetry) });
    return {
      ...{ top: Math.min(a!.y, b!.y), left: Math.min(a!.x, b!.x) },
      ...{ height: Math.abs(a!.y - b!.y) + 1, width: Math.abs(a!.x - b!.x) + 1 },
    };
  };
  return {
    ...{ channels, channelNames, height, width, sampleBytes: 4, bandWidth, moments },
    inFile: (box) => image.inFile?.(inFile(box)) ?? inFile(box),
    async read(box) {
      const part = await read(inFile(box));
      const data = new Float32Array(channels * box.height * box.width);
      writeView({ image: part, symmetry }, data);
      return { data, channels, height: box.height, width: box.width, channelNames };
    },
  };
}
