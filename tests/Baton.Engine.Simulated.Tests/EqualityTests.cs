using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Scheduling;
using CsCheck;

namespace Baton.Engine.Simulated.Tests;

/// <summary>However a sequence is served, its tokens are those of an undisturbed run.</summary>
public sealed class EqualityTests
{
    private const int Blocks = 64;

    [Fact]
    public void Run_ChunkedPrefill_SameTokens() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 40], Gen.Int[1, 70]).Sample((length, tokens, budget) =>
        {
            SequenceRequest request = Rig.Request("r", Rig.Prompt(length, length), tokens);
            int[] expected = Undisturbed(request);
            using var rig = new Rig(Blocks, new SchedulerOptions { StepTokenBudget = budget, MaxSequences = 1 });
            Assert.Equal(expected, rig.Alone(request));
        }, iter: 200);

    [Fact]
    public void Run_PrefixHit_SameTokens()
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(100, 1), 20);
        int[] expected = Undisturbed(request);
        using var rig = new Rig(Blocks);
        rig.Alone(request);
        Assert.Null(rig.Scheduler.Start(request));
        Assert.Equal(96, rig.Scheduler.Plan().Entries[0].FirstPosition);
        Assert.Equal(expected, rig.RunToEnd()[request.Key]);
    }

    [Fact]
    public void Run_PreemptedInABatch_SameTokens() =>
        Gen.Select(Gen.Int[2, 8], Gen.Int[0, 1000]).Sample((count, seed) =>
        {
            SequenceRequest[] requests =
            [
                .. Enumerable.Range(0, count).Select(i =>
                    Rig.Request($"r{i}", Rig.Prompt(20 + (seed + i * 7) % 40, seed + i), 60, (ulong)i)),
            ];
            using var rig = new Rig(
                10, new SchedulerOptions { StepTokenBudget = 48, MaxSequences = 8, DecodeReserveBlocks = 0 });
            foreach (SequenceRequest request in requests)
                Assert.Null(rig.Scheduler.Start(request));
            Dictionary<SequenceKey, List<int>> outputs = rig.RunToEnd();
            foreach (SequenceRequest request in requests)
                Assert.Equal(Undisturbed(request), outputs[request.Key]);
            Assert.True(rig.Scheduler.Load().Preemptions > 0);
            Assert.Equal(0, rig.Scheduler.Load().BlocksUsed);
        }, iter: 60);

    [Fact]
    public void Run_StepsOfAnySize_SameTokens() =>
        Gen.Select(Gen.Int[2, 8], Gen.Int[0, 1000], Gen.Double[0, 20], Gen.Double[0, 1], Gen.Double[1, 60]).Sample(
            (count, seed, constant, linear, longest) =>
            {
                SequenceRequest[] requests =
                [
                    .. Enumerable.Range(0, count).Select(i =>
                        Rig.Request($"r{i}", Rig.Prompt(1 + (seed + i * 37) % 150, seed + i), 1 + (seed + i) % 40, (ulong)i)),
                ];
                var options = new SchedulerOptions
                {
                    StepTokenBudget = 64,
                    MaxSequences = 8,
                    TokenTarget = TimeSpan.FromMilliseconds(longest),
                    LongestStep = TimeSpan.FromMilliseconds(longest),
                };
                var profile = new WorkerProfile
                {
                    Name = "any",
                    PrefillConstant = constant,
                    PrefillLinear = linear,
                    DecodeConstant = constant / 2,
                    DecodePerSequence = linear * 10,
                };
                using var rig = new Rig(Blocks, options);
                rig.Scheduler.Sizing = new StepSizing(profile, rig.Layout.BlockTokens, 16 * Blocks, options);
                foreach (SequenceRequest request in requests)
                    Assert.Null(rig.Scheduler.Start(request));
                Dictionary<SequenceKey, List<int>> outputs = rig.RunToEnd();
                foreach (SequenceRequest request in requests)
                    Assert.Equal(Undisturbed(request), outputs[request.Key]);
            }, iter: 60);

    [Fact]
    public void Run_PrefillThenImport_SameTokens() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[2, 40], Gen.Int[0, 150]).Sample((length, tokens, warm) =>
        {
            SequenceRequest request = Rig.Request("r", Rig.Prompt(length, length), tokens);
            int[] expected = Undisturbed(request);
            using var prefill = new Rig(
                Blocks, new SchedulerOptions { StepTokenBudget = 40, MaxSequences = 4 });
            using var decode = new Rig(Blocks);
            if (warm > 0)
            {
                decode.Alone(Rig.Request("warm", request.Tokens[..Math.Min(warm, length)], 1));
                prefill.Alone(Rig.Request("warm", request.Tokens[..Math.Min(warm, length)], 1));
            }

            Assert.Equal(expected, HandOver(request, prefill, decode));
            Assert.Equal(0, prefill.Scheduler.Load().BlocksUsed);
            Assert.Equal(0, decode.Scheduler.Load().BlocksUsed);
        }, iter: 200);

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(144)]
    public void Run_PrefillThenImportByLayers_SameTokens(int length)
    {
        // Blocks of a mebibyte: chunks of four go in two groups of layers, the first before its step ends.
        const int Heavy = 64 << 10;
        var options = new SchedulerOptions { StepTokenBudget = 64, MaxSequences = 4 };
        SequenceRequest request = Rig.Request("r", Rig.Prompt(length, length), 40);
        using var undisturbed = new Rig(16, bytesPerToken: Heavy, layers: 4);
        using var prefill = new Rig(16, options, Heavy, layers: 4);
        using var decode = new Rig(16, bytesPerToken: Heavy, layers: 4);

        Assert.Equal(undisturbed.Alone(request), HandOver(request, prefill, decode));
        Assert.True(prefill.LayerGroups > 0);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Run_LayersOfABlockMissing_OtherTokens(int firstLayer, int layers)
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(100, 1), 20);
        using var prefill = new Rig(Blocks);
        using var decode = new Rig(Blocks);
        var missing = new LayerRange(firstLayer, layers);
        Assert.NotEqual(
            Undisturbed(request),
            HandOver(request, prefill, decode, blocks => decode.Block(blocks[2], missing).Clear()));
    }

    [Fact]
    public void Run_LaterAttempt_ContinuesTheOutput()
    {
        SequenceRequest request = Rig.Request("r", Rig.Prompt(50, 1), 30);
        int[] expected = Undisturbed(request);
        SequenceRequest later = request with
        {
            Key = request.Key with { Epoch = 1 },
            Tokens = [.. request.Tokens, .. expected[..12]],
        };
        using var rig = new Rig(Blocks);
        Assert.Null(rig.Scheduler.Start(later));
        List<TokenOutput> outputs = [];
        while (rig.Scheduler.Sequences.Count > 0)
            outputs.AddRange(rig.Step().Tokens);
        Assert.Equal(expected[12..], outputs.Select(o => o.Sampled.Token));
        Assert.Equal(Enumerable.Range(12, 18), outputs.Select(o => o.Index));
    }

    private static int[] Undisturbed(SequenceRequest request)
    {
        using var rig = new Rig(Blocks, new SchedulerOptions { StepTokenBudget = 4096 });
        return rig.Alone(request);
    }

    private static int[] HandOver(SequenceRequest request, Rig prefill, Rig decode, Action<int[]>? spoil = null)
    {
        Reservation reservation = decode.Scheduler.Reserve(request with { Work = SequenceWork.Import });
        Assert.NotNull(reservation.Blocks);
        Assert.Null(prefill.Scheduler.Start(request with { Work = SequenceWork.Prefill }));
        int cached = reservation.CachedTokens / decode.Layout.BlockTokens;
        int next = 0;
        KvProduced? last = null;
        prefill.LayersWritten = Copy;
        while (last is not { Last: true })
        {
            foreach (KvProduced kv in prefill.Step().Kv)
            {
                Copy(last = kv);
                next += kv.Blocks.Length;
            }
        }

        Assert.Equal(reservation.Blocks.Length, next);
        prefill.Scheduler.Release(request.Key);
        spoil?.Invoke(reservation.Blocks);
        decode.Scheduler.Activate(request.Key, last.First);
        return [last.First.Token, .. ContinueFrom(decode, request.Key)];

        void Copy(KvProduced kv)
        {
            Assert.Equal(next, kv.FirstBlock);
            for (int i = Math.Max(0, cached - next); i < kv.Blocks.Length; i++)
                prefill.Block(kv.Blocks[i], kv.Layers).CopyTo(decode.Block(reservation.Blocks[next + i], kv.Layers));
        }
    }

    private static List<int> ContinueFrom(Rig decode, SequenceKey key)
    {
        List<int> tokens = [];
        while (decode.Scheduler.Sequences.Count > 0)
        {
            foreach (TokenOutput output in decode.Step().Tokens)
            {
                Assert.Equal(key, output.Key);
                Assert.Equal(tokens.Count + 1, output.Index);
                tokens.Add(output.Sampled.Token);
            }
        }

        return tokens;
    }
}
