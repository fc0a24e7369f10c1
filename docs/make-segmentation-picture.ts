/**
 * Makes docs/pictures/segmentation.png from a gallery of the worked example of README.md: three fields, one for each
 * class, segmented with `--gallery 3`. `npx tsx docs/make-segmentation-picture.ts segmented/gallery/all.png`.
 */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

await sharp(process.argv[2]!)
  .resize({ width: 1000 })
  .png({ palette: true, quality: 85, effort: 10 })
  .toFile(fileURLToPath(new URL('pictures/segmentation.png', import.meta.url)));
