using System.Text.Json;
using System.Text.Json.Serialization;
using MbMix.Hosting;
using Samples.AspNet;

// the settings are beside the program, wherever it is started
var builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 64 * 1024;
    kestrel.Limits.MaxConcurrentConnections = 256;
});
builder.Services.AddMbMix().AddSimNative().AddShac().AddPpo();
builder.Services.AddOptions<TrainingLimits>().BindConfiguration("Trainings").ValidateDataAnnotations()
    .ValidateOnStart();
builder.Services.AddSingleton<TrainingQueue>().AddSingleton<Trainer>().AddHostedService<TrainingService>();
builder.Services.AddHealthChecks().AddCheck<TrainingHealth>("trainings");
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = OneLineProblems.Complete)
    .AddExceptionHandler<OneLineProblems>();
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
builder.Services.ConfigureHttpJsonOptions(options =>
{
    var json = options.SerializerOptions;
    json.MaxDepth = 8;
    json.NumberHandling = JsonNumberHandling.Strict;
    json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
    json.RespectNullableAnnotations = true;
    json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
});

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapHealth();
app.MapTrainings();
app.Run();
