using MbMix;
using Mutants;

[assembly: MbMixPlugin(typeof(MutantPlugin))]
