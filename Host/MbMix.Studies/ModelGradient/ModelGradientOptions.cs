using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.ModelGradient;

/// <summary>Options of the study of policy gradients through a model.</summary>
public sealed class ModelGradientOptions
{
    /// <summary>Ids or names of the environments. Default the six of DiffRL.</summary>
    [Required, MinLength(1)]
    public string[] Tasks { get; set; } =
    [
        "diffrl/cartpole-swingup-v1", "diffrl/hopper-v1", "diffrl/cheetah-v1", "diffrl/ant-v1", "diffrl/humanoid-v1",
        "diffrl/snu-humanoid-v1",
    ];

    /// <summary>
    /// Id or name of the algorithm, a short-horizon actor-critic, in whose presets the settings of actor, critic and
    /// model are found. Default mbmix/mbmix-v1.
    /// </summary>
    public string Algorithm { get; set; } = "mbmix/mbmix-v1";

    /// <summary>Number of environments N that are trained in. Default 8.</summary>
    [Range(1, 65536)]
    public int Environments { get; set; } = 8;

    /// <summary>Id or name of the model. Default mbmix/sobolev-mlp-v1.</summary>
    public string Model { get; set; } = "mbmix/sobolev-mlp-v1";

    /// <summary>
    /// Models to compare, all trained on the same transitions. Each is a list of settings, separated by spaces: a key
    /// of the model without <c>model.</c>, or <c>updates</c> or <c>batch</c>. The empty text stands for the preset's
    /// model with the settings given with <c>model.</c>. Default this one, and five members with 40 updates.
    /// </summary>
    [Required, MinLength(1)]
    public string[] Variants { get; set; } = ["", "members=5 updates=40"];

    /// <summary>
    /// Numbers of training iterations after which gradients are measured. Default 100, 400.
    /// </summary>
    [Required, MinLength(1), ElementRange(1, 1_000_000)]
    public int[] Iterations { get; set; } = [100, 400];

    /// <summary>Lengths of the windows. Default 1, 2, 4, 8, 16, 32.</summary>
    [Required, MinLength(1), ElementRange(1, 4096)]
    public int[] Horizons { get; set; } = [1, 2, 4, 8, 16, 32];

    /// <summary>Number of rollouts over which a gradient is averaged. Default 512.</summary>
    [Range(2, 65536)]
    public int Rollouts { get; set; } = 512;

    /// <summary>Balance factor lambda of the training, and of the objective that is differentiated. Default 0.95.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>Number of gradient steps of a model per iteration. Default 8.</summary>
    [Range(1, 100_000)]
    public int Updates { get; set; } = 8;

    /// <summary>Number of gradient steps of a model before its first prediction. Default 1000.</summary>
    [Range(0, 1_000_000)]
    public int Warmup { get; set; } = 1000;

    /// <summary>Number of transitions in a minibatch. Default 256.</summary>
    [Range(1, 65536)]
    public int Batch { get; set; } = 256;

    /// <summary>Largest number of transitions kept for the model. Default 50000.</summary>
    [Range(1, 100_000_000)]
    public int ReplayCapacity { get; set; } = 50_000;

    /// <summary>
    /// Norm above which a vector-Jacobian product, used as a target for the model, is scaled down to this norm together
    /// with its direction. Default 1000, as in training.
    /// </summary>
    [Range(1e-9, double.PositiveInfinity)]
    public double MaxDerivativeNorm { get; set; } = 1000;

    /// <summary>Number of training runs per task, each with its own seed. Default 1.</summary>
    [Range(1, 1000)]
    public int Seeds { get; set; } = 1;

    /// <summary>Seed of the first run. Default 0.</summary>
    public long FirstSeed { get; set; }
}
