using Baton.Host.Hosting;
using Baton.Host.Options;

var line = CommandLine.Read(args, Console.Out, Console.Error);
return line.Settings is { } settings
    ? await BatonHost.RunAsync(settings, Console.Out, Console.Error)
    : line.ExitCode;
