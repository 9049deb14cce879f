using System.Text.Json;
using MbMix;
using Microsoft.AspNetCore.Diagnostics;

namespace Samples.AspNet;

/// <summary>Turns bad input into problem details with one line that says what is wrong.</summary>
internal sealed class OneLineProblems(IProblemDetailsService problems) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        (int code, string? line) = exception switch
        {
            MbMixException e => (StatusCodes.Status400BadRequest, e.Message),
            BadHttpRequestException { InnerException: JsonException json } e => (e.StatusCode, Describe(json)),
            BadHttpRequestException e => (e.StatusCode, Describe(e.StatusCode) ?? "The request cannot be read."),
            _ => (StatusCodes.Status500InternalServerError, null),
        };
        if (line is null) return ValueTask.FromResult(false);
        context.Response.StatusCode = code;
        return problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = code, Detail = line },
        });
    }

    /// <summary>Says what is wrong with a body that the framework refused without an exception.</summary>
    public static void Complete(ProblemDetailsContext context) =>
        context.ProblemDetails.Detail ??= Describe(context.HttpContext.Response.StatusCode);

    // the framework's own messages name parameters of this program
    private static string? Describe(int code) => code switch
    {
        StatusCodes.Status400BadRequest => "There is no body that can be read: one JSON object is expected.",
        StatusCodes.Status408RequestTimeout => "The body did not arrive in time.",
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The body is of another type: application/json is expected.",
        _ => null,
    };

    // the serializer's own message names the types of this program
    private static string Describe(JsonException json) => FormattableString.Invariant(
        $"The body does not have the expected form at {json.Path ?? "$"}, line {json.LineNumber + 1 ?? 1}.");
}
