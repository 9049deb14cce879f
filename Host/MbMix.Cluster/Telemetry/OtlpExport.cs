using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MbMix.Cluster;

/// <summary>
/// Sends metrics and traces of this process to a collector, if the variables of OpenTelemetry name one. Nothing of
/// OpenTelemetry is loaded otherwise.
/// </summary>
internal static class OtlpExport
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>Begins to send; whoever ends it sends the rest.</summary>
    /// <param name="service">Name of the service, unless OTEL_SERVICE_NAME says another.</param>
    /// <returns>Null if no collector is named.</returns>
    /// <exception cref="ConfigurationException">A variable has a value that would be ignored.</exception>
    public static IDisposable? Start(string service)
    {
        bool both = Names("ENDPOINT"), metrics = Names("METRICS_ENDPOINT"), traces = Names("TRACES_ENDPOINT");
        foreach (string part in new[] { "", "METRICS_", "TRACES_" }) RequireProtocol(part + "PROTOCOL");
        bool disabled = string.Equals(Variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return disabled || !(both || metrics || traces) ? null : Begin(service, both || metrics, both || traces);
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && value.Trim().Length > 0 ? value.Trim() : null;

    private static bool Names(string variable)
    {
        if (Variable(Prefix + variable) is not { } value) return false;
        if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return true;
        throw new ConfigurationException(
            $"{Prefix}{variable} is {OneLine.Value(value)}, which is no address of a collector: http://HOST:PORT or "
            + "https://HOST:PORT is expected.");
    }

    private static void RequireProtocol(string variable)
    {
        if (Variable(Prefix + variable) is not { } value || value is "grpc" or "http/protobuf") return;
        throw new ConfigurationException(
            $"{Prefix}{variable} is {OneLine.Value(value)}: grpc or http/protobuf is expected.");
    }

    // a method of its own, because it is only this one that needs the libraries
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Providers Begin(string service, bool metrics, bool traces)
    {
        // what comes later counts more
        var resource = ResourceBuilder.CreateEmpty()
            .AddService(service, serviceVersion: CodeStamp.OfThisProgram.Version)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        return new Providers(
            metrics ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
                .AddMeter(ClusterTelemetry.Name, "Microsoft.AspNetCore.Hosting").AddOtlpExporter().Build() : null,
            traces ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource(ClusterTelemetry.Name).AddOtlpExporter().Build() : null);
    }

    private sealed class Providers(MeterProvider? metrics, TracerProvider? traces) : IDisposable
    {
        public void Dispose()
        {
            traces?.Dispose();
            metrics?.Dispose();
        }
    }
}
