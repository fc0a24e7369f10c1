/** The sources that a methods section may cite, by what stands in the text. */
const references = {
  'Ando et al., 2017':
    'Ando DM, McLean CY, Berndl M. Improving phenotypic measurements in high-content imaging screens. bioRxiv 161422 (2017). doi:10.1101/161422',
  'Chong et al., 2015':
    'Chong YT et al. Yeast proteome dynamics from single cell imaging and automated analysis. Cell 161, 1413–1424 (2015). doi:10.1016/j.cell.2015.04.051',
  'Ilse et al., 2018':
    'Ilse M, Tomczak JM, Welling M. Attention-based deep multiple instance learning. Proceedings of Machine Learning Research 80, 2127–2136 (2018).',
  'Kingma & Ba, 2015':
    'Kingma DP, Ba J. Adam: a method for stochastic optimization. International Conference on Learning Representations (2015). arXiv:1412.6980',
  'Kraus et al., 2016':
    'Kraus OZ, Ba JL, Frey BJ. Classifying and segmenting microscopy images with deep multiple instance learning. Bioinformatics 32, i52–i59 (2016). doi:10.1093/bioinformatics/btw252',
  'Ljosa et al., 2013':
    'Ljosa V et al. Comparison of methods for image-based profiling of cellular morphological responses to small-molecule treatment. Journal of Biomolecular Screening 18, 1321–1329 (2013). doi:10.1177/1087057113503553',
} as const;

/** A source as it is cited. */
export type Citation = keyof typeof references;

/** The references of the citations that stand in a text, in alphabetical order. */
export function referencesOf(text: string): readonly string[] {
  return Object.entries(references).flatMap(([citation, reference]) => (text.includes(citation) ? [reference] : []));
}
