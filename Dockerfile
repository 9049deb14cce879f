# The command in an image with nothing but the libraries that .NET needs, for a user without rights:
#   docker build -t mbmix .
#   docker run --rm --read-only -v mbmix-runs:/runs mbmix train cartpole-swingup --algo shac --out a
# eng/try-published.sh takes the same steps without a container engine.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# true: with the package for clusters
ARG WITH_CLUSTER=false
COPY . .
RUN dotnet publish Host/MbMix.Cli -c Release -r linux-x64 --self-contained -p:RestoreLockedMode=true -p:WithCluster=$WITH_CLUSTER -o /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
COPY --from=build /app /app
RUN mkdir /runs && chown "$APP_UID" /runs
USER $APP_UID
WORKDIR /runs
VOLUME /runs
ENTRYPOINT ["/app/mbmix"]
