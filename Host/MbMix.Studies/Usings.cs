global using MbMix.Hosting;
global using MbMix.Learning;
global using TorchSharp;
global using Tensor = TorchSharp.torch.Tensor;
