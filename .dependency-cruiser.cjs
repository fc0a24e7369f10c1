// The house: a file imports only from floors below its own, or from its own folder.
const floors = [
  ['errors.ts', 'random.ts', 'safetensors.ts'],
  ['files', 'threads', 'pixels'],
  ['onnx', 'image', 'download', 'profiling', 'tables'],
  ['network'],
  ['training', 'prediction', 'localization', 'screen'],
  ['evaluation'],
  ['report'],
  ['workflows', 'server', 'cluster', 'cli'],
];
const place = (name) => (name.endsWith('.ts') ? `^src/${name.replace('.', '\\.')}$` : `^src/${name}/`);

/** What each place must not import: everything on its own floor but itself, and everything above. */
const forbidden = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `floor-${floor}-${room.replace('.ts', '')}`,
    comment: 'a file imports only from floors below its own',
    severity: 'error',
    from: { path: place(room), pathNot: '\\.test\\.ts$' },
    to: {
      path: floors
        .slice(floor)
        .flat()
        .filter(
          (other) =>
            other !== room && !(room === 'workflows' && other === 'cli') && !(room === 'cli' && other === 'workflows'),
        )
        .map(place)
        .concat('^src/index\\.ts$'),
    },
  })),
);

/** The mathematics and the data meet only upstairs. */
const wings = [
  {
    name: 'mathematics-knows-no-data',
    from: '^src/(onnx|network|training|prediction|localization|profiling)/',
    to: '^src/(image|screen|download)/',
  },
  { name: 'data-knows-no-mathematics', from: '^src/(image|screen)/', to: '^src/(onnx|network)/' },
].map(({ name, from, to }) => ({ name, severity: 'error', from: { path: from }, to: { path: to } }));

/** Where modules of Node may be imported. */
const NOT_FOR_BROWSERS = ['\\.(test|worker|child)\\.ts$', '/(node|testing)/', '^src/(cli|files|threads|download)/'];

/** Still to be taken off Node. */
const NOT_YET_OVER_FILES = [
  'src/cli/examine-machine.ts',
  'src/image/bytes.ts',
  'src/image/decode-picture.ts',
  'src/image/header.ts',
  'src/image/ome/parse-ome.ts',
  'src/image/ome/place-channels.ts',
  'src/image/tiff/rebuild.ts',
  'src/image/zarr/codecs.ts',
  'src/image/zarr/file-store.ts',
  'src/image/zarr/ome-group.ts',
  'src/image/zarr/read-planes.ts',
  'src/image/zarr/zarr-array.ts',
  'src/image/zarr/zarr-files.ts',
  'src/screen/assemble-screen.ts',
  'src/screen/field-names.ts',
  'src/screen/hash-files.ts',
  'src/screen/join/describe-fields.ts',
  'src/screen/join/plate-grid.ts',
  'src/screen/join/plate-map.ts',
  'src/screen/microscope/group-fields.ts',
  'src/screen/microscope/harmony.ts',
  'src/screen/microscope/list-files.ts',
  'src/screen/microscope/pattern.ts',
  'src/screen/microscope/read-microscope-folder.ts',
  'src/screen/objects/objects-folder.ts',
  'src/screen/read-screen.ts',
  'src/screen/table/fetch-record.ts',
  'src/screen/table/locate-image.ts',
  'src/screen/table/published-tables.ts',
  'src/screen/zarr/list-fields.ts',
  'src/screen/zarr/read-zarr-screen.ts',
  'src/workflows/compare/comparison-folder.ts',
  'src/workflows/compare/kept-profiles.ts',
  'src/workflows/compare/methods.ts',
  'src/workflows/compare/network-unit.ts',
  'src/workflows/compare/train-fold.ts',
  'src/workflows/compare/unit-result.ts',
  'src/workflows/compare/write-comparison.ts',
  'src/workflows/convert/convert-screen.ts',
  'src/workflows/convert/outputs.ts',
  'src/workflows/export/trained-model.ts',
  'src/workflows/fetch/fetch-plate.ts',
  'src/workflows/fetch/fetch-set.ts',
  'src/workflows/fetch/fetch-tables.ts',
  'src/workflows/fetch/record.ts',
  'src/workflows/fetch/sums.ts',
  'src/workflows/fetch/unpack-plate.ts',
  'src/workflows/inspect/inspect-field.ts',
  'src/workflows/profile/measure-field.ts',
  'src/workflows/shared/run-folder.ts',
  'src/workflows/shared/versions.ts',
  'src/workflows/train/begin-run.ts',
  'src/workflows/train/prepare-training.ts',
  'src/workflows/train/train-seeds.ts',
  'src/workflows/train/training-defaults.ts',
].map((path) => `^${path.replaceAll('.', '\\.')}$`);

module.exports = {
  forbidden: [
    ...forbidden,
    ...wings,
    {
      name: 'node-in-its-places',
      comment:
        'modules of Node only where no browser goes: folders named node, the command line, files, threads, downloads',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [...NOT_FOR_BROWSERS, ...NOT_YET_OVER_FILES],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'files-are-given',
      comment: 'what browsers run takes its files and codecs from its host: it imports no folder named node',
      severity: 'error',
      from: {
        path: '^src/(onnx|network|training|prediction|localization|profiling|evaluation|pixels|tables|report|screen|image)/',
        pathNot: [...NOT_FOR_BROWSERS, ...NOT_YET_OVER_FILES],
      },
      to: { path: ['/node/', '^src/files/(node-files|write-whole|open-whole|exists|hash|version)\\.ts$'] },
    },
    ...[
      { name: 'commander', room: '^src/cli/' },
      { name: 'sharp', room: '^src/(image|workflows)/node/' },
      { name: 'onnxruntime-node', room: '^src/onnx/node/' },
    ].map(({ name, room }) => ({
      name: `${name}-in-one-place`,
      severity: 'error',
      from: { path: '^src/', pathNot: [room, '\\.test\\.ts$', '/testing/', ...NOT_YET_OVER_FILES] },
      to: { path: `node_modules/${name}/` },
    })),
    {
      name: 'no-circles',
      comment: 'but among operators: the gradient of one is made of others',
      severity: 'error',
      from: { pathNot: '^src/onnx/operators/' },
      to: { circular: true },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'nothing-forbidden-in-dependencies',
      comment: 'what is shipped needs only what package.json lists as dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // Names that package.json gives to packages (its imports) are not recognised as those of dependencies.
        dependencyTypesNot: ['type-only', 'aliased-subpath-import'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
