using System.ComponentModel.DataAnnotations;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Settings of DreamerV3. The defaults are those of the release of 2025 with its smallest preset for proprioceptive
/// observations, 8 environments and a train ratio of 512.
/// </summary>
public sealed class DreamerV3Options : IValidatableObject
{
    /// <summary>Number of parallel environments N. Published: 4; 16 since 2024.</summary>
    [Range(1, 100_000)]
    public int Environments { get; set; } = 8;

    /// <summary>
    /// Steps of every environment per iteration; the updates for them follow in one block. Default 16.
    /// </summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 16;

    /// <summary>
    /// Replayed steps per step of the environments: an update replays batchSize x batchLength of them. Published: 512;
    /// 1024 in 2025.
    /// </summary>
    [Range(1e-3, 1e6, ErrorMessage = "a number from 1e-3 to 1e6 is expected; with 0 nothing is learned")]
    public double TrainRatio { get; set; } = 512;

    /// <summary>Sequences per update. Published: 16.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 16;

    /// <summary>Steps of each sequence. Published: 64.</summary>
    [Range(2, 100_000)]
    public int BatchLength { get; set; } = 64;

    /// <summary>
    /// Largest number of records kept, in all environments together. Published: 1,000,000; 5,000,000 since 2024.
    /// </summary>
    [Range(2, 100_000_000)]
    public int ReplayCapacity { get; set; } = 1_000_000;

    /// <summary>
    /// Learning rate of all parts. Published: 4e-5; in 2023, 1e-4 for the model and 3e-5 for the rest.
    /// </summary>
    [Range(0.0, 10.0)]
    public double LearningRate { get; set; } = 4e-5;

    /// <summary>Updates over which the learning rate grows from 0. Published: 1000.</summary>
    [Range(0, 100_000_000)]
    public int WarmupUpdates { get; set; } = 1000;

    /// <summary>
    /// Largest norm of a parameter's gradient as a share of the parameter's own norm; Infinity switches clipping off.
    /// Published: 0.3.
    /// </summary>
    [Range(
        1e-9, double.PositiveInfinity,
        ErrorMessage = "a number above 0 is expected; Infinity switches clipping off")]
    public double AdaptiveClipping { get; set; } = 0.3;

    /// <summary>Size of the deterministic state h. Published: 512 (1M) to 12288 (400M).</summary>
    [Range(1, 65_536)]
    public int Deter { get; set; } = 512;

    /// <summary>Blocks of the recurrent core, among which h is divided. Published: 8.</summary>
    [Range(1, 65_536)]
    public int Blocks { get; set; } = 8;

    /// <summary>Width of the layers around the recurrent core. Published: 64 (1M) to 1536 (400M).</summary>
    [Range(1, 65_536)]
    public int Hidden { get; set; } = 64;

    /// <summary>Number of latent variables in the stochastic state z. Published: 32.</summary>
    [Range(1, 4096)]
    public int Latents { get; set; } = 32;

    /// <summary>Classes of each latent variable. Published: 4 (1M) to 96 (400M).</summary>
    [Range(2, 4096)]
    public int Classes { get; set; } = 4;

    /// <summary>
    /// Width of the layers of encoder, decoder, actor, critic and the other heads. Published: 64 (1M) to 1536 (400M).
    /// </summary>
    [Range(1, 65_536)]
    public int Units { get; set; } = 64;

    /// <summary>Hidden layers of encoder, decoder, actor and critic. Published: 3.</summary>
    [Range(1, 64)]
    public int Layers { get; set; } = 3;

    /// <summary>Bins of rewards and values. Published: exponential; uniform in 2023.</summary>
    public TwoHotBins Bins { get; set; } = TwoHotBins.Exponential;

    /// <summary>Share of the uniform distribution in each latent variable. Published: 0.01.</summary>
    [Range(0.0, 0.99)]
    public double Unimix { get; set; } = 0.01;

    /// <summary>Divergence of the latent state [nat] below which it is not a loss. Published: 1.</summary>
    [Range(0.0, 1e6)]
    public double FreeBits { get; set; } = 1;

    /// <summary>Weight of the loss that moves the prior toward the posterior. Published: 1; 0.5 in 2023.</summary>
    [Range(0.0, 1e6)]
    public double DynamicsScale { get; set; } = 1;

    /// <summary>Weight of the loss that moves the posterior toward the prior. Published: 0.1.</summary>
    [Range(0.0, 1e6)]
    public double RepresentationScale { get; set; } = 0.1;

    /// <summary>Steps of imagination. Published: 15.</summary>
    [Range(1, 10_000)]
    public int ImaginationHorizon { get; set; } = 15;

    /// <summary>
    /// Steps at the end of each sequence from which imagination starts; 0 for all of them. Published: 0. Fewer make an
    /// update cheaper.
    /// </summary>
    [Range(0, 100_000)]
    public int ImaginationStarts { get; set; }

    /// <summary>Steps over which rewards count; the discount factor is 1 - 1/this. Published: 333.</summary>
    [Range(1.0, 1e9)]
    public double DiscountHorizon { get; set; } = 333;

    /// <summary>Lambda of the returns. Published: 0.95.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>Weight of the policy's entropy. Published: 3e-4.</summary>
    [Range(0.0, 1e6)]
    public double EntropyScale { get; set; } = 3e-4;

    /// <summary>Share of the range of returns that is kept in every update. Published: 0.99.</summary>
    [Range(0.0, 1.0)]
    public double ReturnDecay { get; set; } = 0.99;

    /// <summary>Weight of the critic's loss on replayed states; 0 as in 2023. Published: 0.3.</summary>
    [Range(0.0, 1e6)]
    public double ReplayCriticScale { get; set; } = 0.3;

    /// <summary>Share of the critic that the slow critic moves toward in every update. Published: 0.02.</summary>
    [Range(0.0, 1.0)]
    public double SlowCriticRate { get; set; } = 0.02;

    /// <summary>Weight of the loss that keeps the critic near the slow one. Published: 1.</summary>
    [Range(0.0, 1e6)]
    public double SlowCriticScale { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Deter % Blocks != 0)
        {
            yield return new ValidationResult(
                $"deter={Deter} cannot be divided into blocks={Blocks} of equal size; a multiple is expected");
        }
        if ((long)BatchSize * BatchLength > ReplayCapacity)
        {
            yield return new ValidationResult(
                $"batchSize={BatchSize} x batchLength={BatchLength} is more than replayCapacity={ReplayCapacity}, so "
                + "learning never starts; at most the capacity is expected");
        }
        if (ImaginationStarts == 1 || ImaginationStarts > BatchLength)
        {
            yield return new ValidationResult(
                $"imaginationStarts={ImaginationStarts}: 0 for all steps, or a number from 2, which the critic needs, to "
                + $"batchLength={BatchLength} is expected");
        }
    }
}
