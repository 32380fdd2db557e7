/** Several files are tested at a time, and a program's second thread would wait in a loop that takes a core: each program has one, unless a test says otherwise. */
process.env.SQUEEZELAB_THREADS ??= '1';
