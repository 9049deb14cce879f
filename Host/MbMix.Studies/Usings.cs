global using MbMix.Comparison;
global using MbMix.Hosting;
global using MbMix.Learning;
global using MbMix.Numerics;
global using TorchSharp;
global using Tensor = TorchSharp.torch.Tensor;
