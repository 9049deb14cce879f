using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.Native;

/// <summary>Quaternions (x, y, z, w) and rotation vectors as tensors <c>[B, 4]</c> and <c>[B, 3]</c>, with finite derivatives everywhere.</summary>
internal static class Rotations
{
    private const double Small = 1e-12;

    public static Tensor Conjugate(Tensor q) => torch.cat([-q.narrow(1, 0, 3), q.narrow(1, 3, 1)], 1);

    public static Tensor Multiply(Tensor a, Tensor b)
    {
        Tensor u = a.narrow(1, 0, 3), v = b.narrow(1, 0, 3), s = a.narrow(1, 3, 1), t = b.narrow(1, 3, 1);
        return torch.cat([(s * v) + (t * u) + torch.linalg.cross(u, v, 1), (s * t) - (u * v).sum(1, keepdim: true)], 1);
    }

    /// <summary>The rotation by a vector: its direction is the axis, its length the angle.</summary>
    public static Tensor Exp(Tensor vector)
    {
        // sin(a/2)/a as a function of a^2; below the guard the series, so that no root is taken at 0
        var square = vector.square().sum(1, keepdim: true);
        var tiny = square < Small;
        var angle = torch.where(tiny, torch.ones_like(square), square).sqrt();
        var scale = torch.where(tiny, 0.5 - (square / 48), (0.5 * angle).sin() / angle);
        var w = torch.where(tiny, 1 - (square / 8), (0.5 * angle).cos());
        return torch.cat([vector * scale, w], 1);
    }

    /// <summary>The shortest rotation vector of a unit quaternion.</summary>
    public static Tensor Log(Tensor q)
    {
        // q and -q are one rotation: take the one with w >= 0
        var w = q.narrow(1, 3, 1);
        var sign = torch.where(w < 0, -torch.ones_like(w), torch.ones_like(w));
        var v = q.narrow(1, 0, 3) * sign;
        w = w * sign;
        var square = v.square().sum(1, keepdim: true);
        var tiny = square < Small;
        var length = torch.where(tiny, torch.ones_like(square), square).sqrt();
        var scale = torch.where(tiny, 2 / w.clamp_min(0.5), 2 * torch.atan2(length, w) / length);
        return v * scale;
    }
}
