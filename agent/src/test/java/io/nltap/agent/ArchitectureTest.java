// SPDX-License-Identifier: Apache-2.0
package io.nltap.agent;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.nltap.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule STAGES_MEET_ONLY_IN_THE_SESSION = slices().matching("io.nltap.agent.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(resideInAnyPackage("io.nltap.agent.session..", "io.nltap.agent.node.."), alwaysTrue())
            .ignoreDependency(
                    alwaysTrue(),
                    resideInAnyPackage("io.nltap.agent.frame..", "io.nltap.agent.linux..", "io.nltap.agent.metrics.."));

    @ArchTest
    static final ArchRule SHARED_ROOMS_KNOW_NO_STAGE = noClasses()
            .that()
            .resideInAnyPackage("io.nltap.agent.frame..", "io.nltap.agent.linux..", "io.nltap.agent.metrics..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.nltap.agent.*..")
                    .and(resideInAnyPackage(
                                    "io.nltap.agent.frame..", "io.nltap.agent.linux..", "io.nltap.agent.metrics..")
                            .negate()));

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_NODE = noClasses()
            .that()
            .resideOutsideOfPackage("io.nltap.agent.node..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.nltap.agent.node..");

    @ArchTest
    static final ArchRule NATIVE_CODE_HAS_ONE_ROOM = noClasses()
            .that()
            .resideOutsideOfPackage("io.nltap.agent.linux..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai.jffi..", "com.sun.jna..")
            .because("when the Java level moves, only that room is to be rewritten");

    @ArchTest
    static final ArchRule LIBPCAP_HAS_ONE_ROOM = noClasses()
            .that()
            .resideOutsideOfPackage("io.nltap.agent.pcap..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.pcap4j..");

    @ArchTest
    static final ArchRule TIME_IS_GIVEN = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.nltap.agent.node.AgentMain") // where everything is put together
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .because("whoever is given a Clock can be tested");

    @ArchTest
    static final ArchRule NOTHING_IS_INJECTED_INTO_FIELDS = GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule NOTHING_GOES_TO_STANDARD_STREAMS =
            GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule LOGS_GO_THROUGH_SLF4J = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_IT_DOES = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager)")
            .because("a class of that name has no job of its own: say what it does");

    @ArchTest
    static final ArchRule NULLS_ARE_MARKED = classes().should(new ArchCondition<>("be in a @NullMarked package") {
        @Override
        public void check(JavaClass each, ConditionEvents events) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        each, each.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        }
    });
}
